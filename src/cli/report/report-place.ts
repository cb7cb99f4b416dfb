import { dirname, resolve, sep } from 'node:path';
import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import { isFolder } from '../../lib/files/file-facts.js';
import { outputPlace } from '../../lib/files/output-place.js';
import type { RunView } from '../../lib/run/store.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** What has a say in where a report can be written. */
export type ReportSurroundings = {
  readonly async?: boolean;
  /** A folder that is going to be there by then, with those above it. */
  readonly resultsDir?: string | undefined;
  /** Absolute paths of files that must not be written over. */
  readonly inputs?: readonly string[];
};

/**
 * The absolute path of a report, looked at before anything is sent.
 * @throws UsageError there will be nothing to report, or it could not be written there
 */
export async function reportPlace(
  file: string,
  { async = false, resultsDir = '.', inputs = [] }: ReportSurroundings = {},
): Promise<string> {
  if (async) {
    throw new UsageError(messages.getMessage('error.Async'), {
      actions: [messages.getMessage('error.AsyncAction')],
    });
  }
  const path = resolve(file);
  const folder = dirname(path);
  if (inputs.includes(path)) throw new UsageError(messages.getMessage('error.IsInput', [file]));
  if (await isFolder(path)) throw new UsageError(messages.getMessage('error.IsFolder', [file]));
  if (!isWithin(resolve(resultsDir), folder) && !(await isFolder(folder))) {
    throw new UsageError(messages.getMessage('error.NoFolder', [folder]), {
      actions: [messages.getMessage('error.NoFolderAction', [folder])],
    });
  }
  // What no output can take the place of is refused.
  await outputPlace(path, { id: 'report' });
  return path;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** As {@link reportPlace}, for a job that may be of a run of this tool. */
export function reportPlaceFor(
  file: string,
  run: RunView | undefined,
  surroundings: ReportSurroundings = {},
): Promise<string> {
  const [first] = run?.records ?? [];
  if (first?.type === 'copy')
    return reportPlace(file, { ...surroundings, resultsDir: first.plan.resultsDir });
  if (first?.type !== 'load') return reportPlace(file, surroundings);
  const { sources } = first.plan;
  const { resultsDir = first.plan.resultsDir } = surroundings;
  return reportPlace(file, { ...surroundings, resultsDir, inputs: sources.map(({ path }) => path) });
}
