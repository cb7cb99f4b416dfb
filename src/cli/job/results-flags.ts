import { resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { AdoptedOutput } from '../../lib/export/adopt-job.js';
import { queryFormats } from '../choices.js';
import { progressFlag } from '../progress/progress-flag.js';
import { outputFormat, requireUsable, type QueryFormat, type Surroundings } from '../query/query-format.js';
import { requireRoomFor } from '../query/query-place.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');
const query = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

/** Where results go: three files of an ingest job, or the records of a query job. */
export const resultsFlags = {
  'results-dir': Flags.directory({ summary: messages.getMessage('flags.results-dir.summary') }),
  'output-file': Flags.file({
    summary: messages.getMessage('flags.output-file.summary'),
    description: query.getMessage('flags.output-file.description'),
    exclusive: ['output-dir'],
  }),
  'output-dir': Flags.directory({
    summary: messages.getMessage('flags.output-dir.summary'),
    description: query.getMessage('flags.output-dir.description'),
    exclusive: ['output-file'],
  }),
  'result-format': Flags.option({
    char: 'r',
    options: queryFormats,
    summary: query.getMessage('flags.result-format.summary'),
    description: query.getMessage('flags.result-format.description'),
  })(),
  typed: Flags.boolean({ summary: query.getMessage('flags.typed.summary'), default: true, allowNo: true }),
  nested: Flags.boolean({ summary: query.getMessage('flags.nested.summary') }),
  bom: Flags.boolean({ summary: query.getMessage('flags.bom.summary') }),
  'plain-numbers': Flags.boolean({
    summary: query.getMessage('flags.plain-numbers.summary'),
    description: query.getMessage('flags.plain-numbers.description'),
  }),
  progress: progressFlag,
};

/** The same, parsed. */
export type ResultsFlags = {
  readonly 'results-dir'?: string | undefined;
  readonly 'output-file'?: string | undefined;
  readonly 'output-dir'?: string | undefined;
  readonly 'result-format'?: QueryFormat | undefined;
  readonly typed: boolean;
  readonly nested: boolean;
  readonly bom: boolean;
  readonly 'plain-numbers': boolean;
};

/** Decides where the records of a query job go. @throws UsageError */
export async function recordsOutput(flags: ResultsFlags, surroundings: Surroundings): Promise<AdoptedOutput> {
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

/** Flags that are for the records of a query job, of those that were given. */
export function recordFlagsIn(flags: ResultsFlags): string[] {
  return (['output-file', 'output-dir', 'result-format'] as const).filter(
    (name) => flags[name] !== undefined,
  );
}

function resolved(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
