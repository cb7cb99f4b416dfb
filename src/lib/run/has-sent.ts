import type { JournalRecord } from './record.js';

/** Whether the org may have processed something of a run: of a job it processes nothing before that is closed. */
export function hasSent(records: readonly JournalRecord[]): boolean {
  return records.some(({ type }) => type === 'close' || type === 'closed' || type === 'send');
}
