import { Messages } from '@salesforce/core';
import type { IncrementalQuery, PlannedIds, SoqlProblem } from '../../lib/export/export.js';
import type { IdsOutcome } from '../../lib/run/export-plan.js';
import {
  formatCount,
  formatElapsed,
  formatJobs,
  formatPace,
  formatRecords,
  formatRequests,
  formatRows,
} from '../units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

const maxSoql = 120;

/** What is exported, and from where. */
export function startText(soql: string, org: string): string {
  const line = soql.replaceAll(/\s+/g, ' ').trim();
  const start = line.length > maxSoql ? `${line.slice(0, maxSoql)}…` : line;
  return messages.getMessage('query.start', [org, start]);
}

/** How much of an export a command does: all of it, the rest of it, or nothing since it had ended. */
export type ExportExtent = 'whole' | 'rest' | 'nothing';

/** Of a single record, such as that of a COUNT, there is no rate. */
export function writtenText(
  { totalSize, filePath, elapsedMs, apiRequests }: QueryReport,
  extent: ExportExtent = 'whole',
): string {
  const records = totalSize ?? 0;
  const written = [formatRecords(records), filePath ?? ''];
  if (extent === 'nothing') return messages.getMessage('query.doneBefore', written);
  const [elapsed, requests] = [formatElapsed(elapsedMs), formatRequests(apiRequests)];
  // How many of them were there before the resume isn't known, so that there is no rate.
  if (extent === 'rest') return messages.getMessage('query.doneResumed', [...written, elapsed, requests]);
  return messages.getMessage('query.done', [
    ...written,
    elapsed,
    formatPace({ elapsedMs, apiRequests }, records > 1 ? records : 0, 'record'),
  ]);
}

/** What is said of records that went to standard output. */
export function streamedText({ totalSize, elapsedMs, apiRequests }: QueryReport): string {
  const records = totalSize ?? 0;
  return messages.getMessage('query.streamed', [
    formatRecords(records),
    formatElapsed(elapsedMs),
    formatPace({ elapsedMs, apiRequests }, records > 1 ? records : 0, 'record'),
  ]);
}

export function acceptedText({ jobId }: QueryReport): string {
  return messages.getMessage('query.accepted', [jobId ?? '', jobId ?? '']);
}

export function totalText(shown: number, total: number): string {
  const records = formatRecords(total);
  return shown < total
    ? messages.getMessage('query.shown', [formatCount(shown), records])
    : messages.getMessage('query.total', [records]);
}

/** From when on an incremental export goes, and why. */
export function sinceText({ since, last }: IncrementalQuery): string {
  if (since === undefined) return messages.getMessage('query.sinceNothing');
  if (last === undefined) return messages.getMessage('query.since', [since]);
  return messages.getMessage('query.sinceLast', [last.submittedAt, since]);
}

/** How many ids there are, and what was done to ask for them. */
export function idsText({ ids, hasIdAdded }: PlannedIds, file: string): string {
  const { count, duplicates, idsPerJob } = ids;
  const jobs = formatJobs(Math.ceil(count / idsPerJob));
  return [
    messages.getMessage('query.ids', [formatIds(count), file, jobs]),
    ...(duplicates === 0 ? [] : [messages.getMessage('query.ids.duplicates', [formatRows(duplicates)])]),
    ...(hasIdAdded ? [messages.getMessage('query.ids.added')] : []),
  ].join(' ');
}

export function allFoundText({ asked }: IdsOutcome): string {
  return messages.getMessage('query.ids.found', [formatIds(asked)]);
}

export function notFoundText({ asked, notFound, notFoundFilePath }: IdsOutcome): string {
  return messages.getMessage('query.ids.notFound', [
    formatCount(notFound),
    formatIds(asked),
    notFoundFilePath ?? '',
  ]);
}

function formatIds(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'id' : 'ids'}`;
}

export function leftOutText(fields: readonly string[]): string {
  return messages.getMessage('query.leftOut', [fields.join(', ')]);
}

/** A query that could not be checked, and where. */
export function unreadText({ message, position }: SoqlProblem): string {
  return messages.getMessage('query.unread', [position.line, position.column, message]);
}

/** The JSON of every export. `records` are there only without an output file; they are written as they arrive. */
export type QueryReport = {
  /** Null for queries that REST has served. */
  jobId: string | null;
  /** Null when the query was only submitted. */
  totalSize: number | null;
  /** The file, or the folder with one file per page. */
  filePath: string | null;
  format: string;
  apiRequests: number;
  elapsedMs: number;
  /** With --ids, when the export has ended. */
  ids?: IdsOutcome;
  records?: unknown[];
};
