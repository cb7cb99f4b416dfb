import type { JobInfo } from '../api/types.js';
import { RowCountError } from '../errors.js';

/** Whether what a job that has ended says of its rows can be: see `requirePossibleCounts`. */
export function arePossibleCounts(
  { numberRecordsProcessed: processed, numberRecordsFailed: failed = 0 }: JobInfo,
  rowsSent: number | undefined,
): boolean {
  if (processed === undefined) return true;
  const areWhole = Number.isInteger(processed) && Number.isInteger(failed);
  return areWhole && failed <= processed && processed <= (rowsSent ?? Infinity);
}

/**
 * Refuses what a job that has ended says of its rows where that can't be: more failed than were processed, or more
 * processed than were sent. Whoever believed it would miss rows, or look for some that never were.
 * @param rowsSent undefined where nobody knows
 * @throws RowCountError
 */
export function requirePossibleCounts(job: JobInfo, rowsSent: number | undefined): void {
  if (arePossibleCounts(job, rowsSent)) return;
  const { id, numberRecordsProcessed: processed, numberRecordsFailed: failed = 0 } = job;
  const sent = rowsSent === undefined ? '' : ` of the ${rowsSent} that were sent`;
  throw new RowCountError(
    `Job ${id} can't have processed ${processed} rows${sent}, ${failed} of which failed, as the org says.`,
    { data: { jobId: id, rowsSent, jobSays: { processed, failed } } },
  );
}
