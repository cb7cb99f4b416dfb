import { readdir, stat } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import { untakenChanges } from '../../lib/export/export.js';
import type { RunContext } from '../../lib/run/context.js';
import type { ExportMark } from '../../lib/run/export-plan.js';
import { shellWord } from '../shown.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

type Place = { readonly outputFile: string | undefined; readonly outputDir: string | undefined };

/**
 * Looks at where the records are to go, so that no export runs for an hour to find out that they cannot.
 * @throws UsageError
 */
export async function requireRoomFor({ outputFile, outputDir }: Place): Promise<void> {
  const output = outputFile ?? outputDir;
  if (output === undefined) return;
  const folder = dirname(output);
  if ((await kindOf(folder)) !== 'folder') {
    throw new UsageError(`There is no folder ${folder} to write to.`, {
      actions: [`Create it first: mkdir -p ${folder}`],
    });
  }
  const found = await kindOf(output);
  if (outputFile !== undefined && found === 'folder') {
    throw new UsageError(`${outputFile} is a folder.`, {
      actions: ['Name a file, or use --output-dir for one file per page.'],
    });
  }
  if (outputDir !== undefined && !(await isFree(outputDir, found))) {
    throw new UsageError(`${outputDir} exists already, and is not empty.`, {
      actions: ['Move this one elsewhere, or name a new folder.'],
    });
  }
}

/**
 * Makes sure that changes of an export with LAST are not replaced: nobody gets them a second time.
 * @param mark of an export with LAST
 * @throws UsageError they are where these records are to go
 */
export async function requireTaken(
  outputFile: string | undefined,
  context: RunContext,
  mark?: ExportMark,
): Promise<void> {
  const untaken = outputFile === undefined ? undefined : await untakenChanges(outputFile, mark, context);
  if (outputFile === undefined || untaken === undefined) return;
  const { object, submittedAt, since } = untaken;
  const { dir, name, ext } = parse(outputFile);
  const away = join(dir, `${name}-${submittedAt.replace(/\.\d+|[-:]/g, '')}${ext}`);
  const message =
    since === undefined
      ? messages.getMessage('error.OthersNotTaken', [outputFile, object])
      : messages.getMessage('error.NotTaken', [outputFile]);
  throw new UsageError(message, {
    actions: [
      messages.getMessage('action.MoveAway', [shellWord(outputFile), shellWord(away)]),
      since === undefined
        ? messages.getMessage('action.OtherOutput')
        : messages.getMessage('action.FixedTime', [since]),
    ],
    data: { path: outputFile },
  });
}

type Kind = 'folder' | 'file' | undefined;

async function kindOf(path: string): Promise<Kind> {
  return stat(path).then(
    (found) => (found.isDirectory() ? 'folder' : 'file'),
    () => undefined,
  );
}

async function isFree(outputDir: string, found: Kind): Promise<boolean> {
  return found === undefined || (found === 'folder' && (await readdir(outputDir)).length === 0);
}
