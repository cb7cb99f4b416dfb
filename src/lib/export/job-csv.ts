import type { QueryJobs } from '../api/query-jobs.js';
import type { JobInfo } from '../api/types.js';
import { TempFolder } from '../run/temp-folder.js';
import { pagesOf, requireAllRows } from './pages/pages.js';

export type JobCsvRequest = {
  readonly jobs: QueryJobs;
  /** A finished query job. */
  readonly job: JobInfo;
  readonly apiVersion: string;
  readonly signal: AbortSignal;
};

/**
 * All pages of a finished query job as one CSV with one header, in order and in constant memory.
 * @throws RowCountError the pages have more or fewer records than the job
 */
export async function* jobCsv(request: JobCsvRequest): AsyncGenerator<Buffer, void, undefined> {
  const { jobs, job, apiVersion, signal } = request;
  const folder = await TempFolder.make();
  const newline = Buffer.from(job.lineEnding === 'CRLF' ? '\r\n' : '\n');
  let rows = 0;
  try {
    const spoolPrefix = folder.pathOf('page-');
    const pages = pagesOf({ jobs, jobId: job.id, apiVersion, spoolPrefix, signal });
    for await (const page of pages) {
      const { rowCount } = await page.whole();
      if (page.index === 0) yield Buffer.concat([page.header, newline]);
      yield* page.rows();
      rows += rowCount;
    }
  } finally {
    await folder.remove();
  }
  requireAllRows(job, rows);
}
