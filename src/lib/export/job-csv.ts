import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueryJobs } from '../api/query-jobs.js';
import type { JobInfo } from '../api/types.js';
import { pagesOf } from './pages/pages.js';
import { requireAllRows } from './require-all-rows.js';

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
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-'));
  const newline = Buffer.from(job.lineEnding === 'CRLF' ? '\r\n' : '\n');
  let rows = 0;
  try {
    const spoolPrefix = join(folder, 'page-');
    const pages = pagesOf({ jobs, jobId: job.id, apiVersion, spoolPrefix, signal });
    for await (const page of pages) {
      const { rowCount } = await page.whole();
      if (page.index === 0) yield Buffer.concat([page.header, newline]);
      yield* page.rows();
      rows += rowCount;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  requireAllRows(job, rows);
}
