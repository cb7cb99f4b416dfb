import { resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { AdoptedOutput } from '../../lib/export/adopt-job.js';
import { type KeptFile, type NamedOutput, requireApart } from '../../lib/files/apart.js';
import { queryFormats } from '../choices.js';
import { outputFormat, requireUsable, type QueryFormat, type Surroundings } from './query-format.js';
import { requireRoomFor } from './query-place.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

/** How records are written, wherever they go. */
export const recordFlags = {
  'result-format': Flags.option({
    char: 'r',
    options: queryFormats,
    summary: messages.getMessage('flags.result-format.summary'),
    description: messages.getMessage('flags.result-format.description'),
  })(),
  typed: Flags.boolean({ summary: messages.getMessage('flags.typed.summary'), default: true, allowNo: true }),
  nested: Flags.boolean({ summary: messages.getMessage('flags.nested.summary') }),
  bom: Flags.boolean({ summary: messages.getMessage('flags.bom.summary') }),
  'plain-numbers': Flags.boolean({
    summary: messages.getMessage('flags.plain-numbers.summary'),
    description: messages.getMessage('flags.plain-numbers.description'),
  }),
};

/** The same, parsed, and where the records go. */
export type RecordFlags = {
  readonly 'output-file'?: string | undefined;
  readonly 'output-dir'?: string | undefined;
  readonly 'result-format'?: QueryFormat | undefined;
  readonly typed: boolean;
  readonly nested: boolean;
  readonly bom: boolean;
  readonly 'plain-numbers': boolean;
};

/** Other files of a command that writes records. */
export type OutputsBeside = {
  /** What it reads. */
  readonly kept?: readonly KeptFile[];
  /** What it writes, too. */
  readonly outputs?: readonly NamedOutput[];
};

/** Decides where the records of a query go, and as what. @throws UsageError */
export async function recordsOutput(
  flags: RecordFlags,
  surroundings: Surroundings,
  { kept = [], outputs = [] }: OutputsBeside = {},
): Promise<AdoptedOutput> {
  const outputFile = resolved(flags['output-file']);
  const outputDir = resolved(flags['output-dir']);
  const output = outputFormat({ asked: flags['result-format'], outputFile, outputDir }, surroundings);
  requireUsable(
    output,
    {
      nested: flags.nested,
      bom: flags.bom,
      'plain-numbers': flags['plain-numbers'],
      ...(outputFile === undefined ? {} : { 'output-file': outputFile }),
      ...(outputDir === undefined ? {} : { 'output-dir': outputDir }),
    },
    surroundings,
  );
  await requireRoomFor({ outputFile, outputDir });
  const own = [
    { flag: '--output-file', path: outputFile },
    { flag: '--output-dir', path: outputDir },
  ].flatMap(({ flag, path }) => (path === undefined ? [] : { flag, path }));
  await requireApart([...own, ...outputs], kept);
  return {
    ...output,
    typed: flags.typed,
    nested: flags.nested,
    bom: flags.bom,
    plainNumbers: flags['plain-numbers'],
    ...(outputFile === undefined ? {} : { outputFile }),
    ...(outputDir === undefined ? {} : { outputDir }),
  };
}

function resolved(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
