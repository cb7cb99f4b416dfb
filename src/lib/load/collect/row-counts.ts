import type { JobRowCount, SentKey } from '../model/result-finding.js';
import { RowCountError } from '../../errors.js';
import type { FinishedJob } from './request.js';
import type { PerResultFile } from '../model/result-sets.js';

export function rowCountOf(job: FinishedJob, results: PerResultFile<number>): JobRowCount {
  const { jobId, rowsSent, processed, failed } = job;
  return { jobId, rowsSent, jobSays: { processed, failed }, results };
}

/**
 * Whether every row of a job came back once. Where the number of rows sent is known, it decides: a job that was
 * aborted may go on for a moment after its last figures.
 */
export function addsUp({ rowsSent, jobSays, results }: JobRowCount): boolean {
  if (rowsSent !== undefined) return sum(results) === rowsSent;
  return results.success + results.failed === jobSays.processed && results.failed === jobSays.failed;
}

export function sum({ success, failed, unprocessed }: PerResultFile<number>): number {
  return success + failed + unprocessed;
}

/**
 * @throws RowCountError a job, or the load as a whole, does not add up; `data` has `jobs`, `load` and
 *   `partialFiles`
 */
export function requireAllRows(
  jobs: readonly JobRowCount[],
  load: { readonly inputRows: number | undefined; readonly rows: PerResultFile<number> },
  partialFiles: readonly string[],
): void {
  const { inputRows, rows } = load;
  const loadAddsUp = inputRows === undefined || sum(rows) === inputRows;
  if (jobs.length === 0 && loadAddsUp) return;
  const message = jobs.length === 0 ? describeLoad(inputRows ?? 0, rows) : jobs.map(describeJob).join('\n');
  throw new RowCountError(message, {
    data: { jobs, load: { inputRows, results: rows }, partialFiles },
    actions: [
      'Collect the results again in a while: they can lag behind the state of a job.',
      ...(sum(rows) === 0 ? [] : [`The rows of the jobs that do add up are in ${partialFiles.join(', ')}.`]),
    ],
  });
}

function describeJob({ jobId, rowsSent, jobSays, results, otherRows }: JobRowCount): string {
  if (otherRows !== undefined) {
    const { doubled, missing } = otherRows;
    const never = missing.length === 0 ? 'others have none' : `${describeKeys(missing)} none`;
    return `The results of job ${jobId} have ${describeKeys(doubled)} more than once, and ${never}.`;
  }
  const says = `processed ${jobSays.processed} rows, ${jobSays.failed} of which failed`;
  const expected =
    rowsSent === undefined ? `says it ${says}` : `was sent ${rowsSent} rows and says it ${says}`;
  return `Job ${jobId} ${expected}, but its results have ${describeResults(results)}.`;
}

function describeLoad(inputRows: number, results: PerResultFile<number>): string {
  return `The input has ${inputRows} rows, but the results have ${describeResults(results)}.`;
}

function describeKeys(keys: readonly SentKey[]): string {
  return keys.map(({ key, file, row }) => `"${key}" (${file}, row ${row})`).join(', ');
}

function describeResults(results: PerResultFile<number>): string {
  const { success, failed, unprocessed } = results;
  return `${success} successful + ${failed} failed + ${unprocessed} unprocessed = ${sum(results)} rows`;
}
