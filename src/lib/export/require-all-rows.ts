import type { JobInfo } from '../api/types.js';
import { RowCountError } from '../errors.js';

/**
 * @throws RowCountError the pages of a completed query job brought more or fewer records than the org says it has, or the
 *   org does not say
 */
export function requireAllRows({ id, numberRecordsProcessed: expected }: JobInfo, received: number): void {
  if (expected === received) return;
  const has = expected === undefined ? 'does not say how many records it has' : `has ${expected} records`;
  throw new RowCountError(
    `Job ${id} ${has}, and its pages brought ${received}. The output is not complete.`,
    {
      data: { jobId: id, expected, received },
    },
  );
}
