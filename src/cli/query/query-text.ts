import { Messages } from '@salesforce/core';
import type { IncrementalQuery, SoqlProblem } from '../../lib/export/export.js';
import { formatCount, formatElapsed, formatRate, formatRecords, formatRequests } from '../units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

const maxSoql = 120;

/** What is exported, and from where. */
export function startText(soql: string, org: string): string {
  const line = soql.replaceAll(/\s+/g, ' ').trim();
  const start = line.length > maxSoql ? `${line.slice(0, maxSoql)}…` : line;
  return messages.getMessage('query.start', [org, start]);
}

export function writtenText({ totalSize, filePath, elapsedMs, apiRequests }: QueryReport): string {
  const records = totalSize ?? 0;
  return messages.getMessage('query.done', [
    formatRecords(records),
    filePath ?? '',
    formatElapsed(elapsedMs),
    formatRate(records, elapsedMs, 'records'),
    formatRequests(apiRequests),
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
  records?: unknown[];
};
