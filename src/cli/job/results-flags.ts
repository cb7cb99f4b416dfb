import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { progressFlag } from '../progress/progress-flag.js';
import { recordFlags, type RecordFlags } from '../query/record-flags.js';

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
  ...recordFlags,
  progress: progressFlag,
};

/** The same, parsed. */
export type ResultsFlags = RecordFlags & { readonly 'results-dir'?: string | undefined };

/** Flags that are for the records of a query job, of those that were given. */
export function recordFlagsIn(flags: ResultsFlags): string[] {
  return (['output-file', 'output-dir', 'result-format'] as const).filter(
    (name) => flags[name] !== undefined,
  );
}
