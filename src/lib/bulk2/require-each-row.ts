import { RowCountError } from '../row-count-error.js';
import type { IngestResults } from './ingest-job.js';

/**
 * Every row that was sent must be in one of the result sets.
 * @param sent undefined where the rows of the input could not be counted
 * @throws RowCountError
 */
export function requireEachRow(jobId: string, sent: number | undefined, results: IngestResults): void {
  const sets = [results.successfulResults, results.failedResults, results.unprocessedRecords];
  const received = sets.reduce((sum, { length }) => sum + length, 0);
  if (sent === undefined || sent === received) return;
  throw new RowCountError(`${sent} rows were sent to job ${jobId}, and its results have ${received}.`, {
    data: { jobId, expected: sent, received },
    actions: [`Look at what there is: the results of the job with the id ${jobId}.`],
  });
}
