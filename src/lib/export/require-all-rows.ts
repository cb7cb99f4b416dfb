import type { JobInfo } from '../api/types.js';
import { RowCountError } from '../row-count-error.js';

/** @throws RowCountError the pages of a query job brought more or fewer records than the org says it has */
export function requireAllRows({ id, numberRecordsProcessed: expected }: JobInfo, received: number): void {
  if (expected === undefined || expected === received) return;
  throw new RowCountError(
    `Job ${id} has ${expected} records, and its pages brought ${received}. The output is not complete.`,
    { data: { jobId: id, expected, received } },
  );
}
