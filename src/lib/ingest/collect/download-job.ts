import { downloadSet, type DownloadOptions } from './download-set.js';
import type { ResultSet, ResultSetName } from './result-set.js';
import { addsUp, rowCountOf, type JobRowCount } from './row-counts.js';
import type { FinishedJob, PerResultFile } from './types.js';

/** The result sets of one job, those without rows left out, and whether they account for all its rows. */
export type DownloadedJob = {
  readonly job: FinishedJob;
  readonly sets: readonly ResultSet[];
  readonly count: JobRowCount;
  readonly addsUp: boolean;
};

/**
 * Downloads the result sets of a job, the one with most rows first. Once every row that was sent has come back the
 * rest must be empty and is not asked for: a load without failures costs one request a job.
 */
export async function downloadJob(job: FinishedJob, options: DownloadOptions): Promise<DownloadedJob> {
  const expected = expectedRows(job);
  const rows = { success: 0, failed: 0, unprocessed: 0 };
  const sets: ResultSet[] = [];
  try {
    for (const name of mostRowsFirst(expected)) {
      if (rows.success + rows.failed + rows.unprocessed === job.rowsSent) break;
      const set = await downloadSet({ jobId: job.jobId, name, expectedRows: expected[name] }, options);
      rows[name] = set.rows;
      sets.push(set);
    }
  } catch (error) {
    await disposeAll(sets);
    throw error;
  }
  const count = rowCountOf(job, rows);
  return { job, sets, count, addsUp: addsUp(count) };
}

export async function disposeAll(sets: readonly ResultSet[]): Promise<void> {
  await Promise.all(sets.map((set) => set.dispose()));
}

function expectedRows({ processed, failed, rowsSent }: FinishedJob): PerResultFile<number | undefined> {
  return {
    success: processed - failed,
    failed,
    unprocessed: rowsSent === undefined ? undefined : rowsSent - processed,
  };
}

function mostRowsFirst(expected: PerResultFile<number | undefined>): ResultSetName[] {
  const names: ResultSetName[] = ['success', 'failed', 'unprocessed'];
  return names.sort((a, b) => (expected[b] ?? 0) - (expected[a] ?? 0));
}
