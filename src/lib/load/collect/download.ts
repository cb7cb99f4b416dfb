import { setTimeout as sleep } from 'node:timers/promises';
import { checkKeys } from './findings.js';
import type { ResultFinding, JobRowCount } from '../model/result-finding.js';
import { defaultRefetchWaitMs, downloadSet, type DownloadOptions } from './download-set.js';
import {
  resultSetNames,
  type ResultSet,
  type ResultSetName,
  type PerResultFile,
} from '../model/result-sets.js';
import { addsUp, rowCountOf, sum } from './row-counts.js';
import type { FinishedJob } from './request.js';

/** The result sets of one job, and whether they account for all its rows. */
export type DownloadedJob = {
  readonly job: FinishedJob;
  /** Those that were asked for. */
  readonly sets: readonly ResultSet[];
  readonly count: JobRowCount;
  readonly addsUp: boolean;
  /** What is wrong with its keys; undefined for nothing. */
  readonly keys: ResultFinding | undefined;
};

/** How often sets are fetched in all while their rows do not add up: results can lag behind the job's state. */
const rounds = 4;

/**
 * Downloads the result sets of a job, the one with most rows first. Once every row that was sent has come back the
 * rest must be empty and is not asked for: a load without failures costs one request a job.
 */
export async function downloadJob(job: FinishedJob, options: DownloadOptions): Promise<DownloadedJob> {
  const { refetchWaitMs = defaultRefetchWaitMs, signal } = options;
  const sets = new Map<ResultSetName, ResultSet>();
  try {
    for (let round = 1; ; round++) {
      const count = await downloadMissing(job, sets, options);
      const downloaded = { job, sets: [...sets.values()], count };
      const hasAllRows = addsUp(count);
      const keys = hasAllRows ? await checkKeys(downloaded, options) : undefined;
      const isAccountedFor = hasAllRows && keys?.kind !== 'otherRows';
      if (isAccountedFor || round === rounds) return { ...downloaded, addsUp: isAccountedFor, keys };
      await sleep(refetchWaitMs * round, undefined, { signal });
      await dropDoubtful(job, sets, keys);
    }
  } catch (error) {
    await disposeAll(sets.values());
    throw error;
  }
}

export async function disposeAll(sets: Iterable<ResultSet>): Promise<void> {
  await Promise.all(Array.from(sets, (set) => set.dispose()));
}

async function downloadMissing(
  job: FinishedJob,
  sets: Map<ResultSetName, ResultSet>,
  options: DownloadOptions,
): Promise<JobRowCount> {
  for (const name of mostRowsFirst(job)) {
    if (sum(rowsOf(sets)) === job.rowsSent) break;
    if (!sets.has(name)) sets.set(name, await downloadSet(job.jobId, name, options));
  }
  return rowCountOf(job, rowsOf(sets));
}

/** Forgets the sets that the job's figures do not bear out; all of them where rows of one came in the place of others. */
async function dropDoubtful(
  job: FinishedJob,
  sets: Map<ResultSetName, ResultSet>,
  keys: ResultFinding | undefined,
): Promise<void> {
  const expected = expectedRows(job);
  for (const [name, set] of sets) {
    if (set.rows === expected[name] && keys === undefined) continue;
    sets.delete(name);
    await set.dispose();
  }
}

function rowsOf(sets: ReadonlyMap<ResultSetName, ResultSet>): PerResultFile<number> {
  const [success = 0, failed = 0, unprocessed = 0] = resultSetNames.map((name) => sets.get(name)?.rows);
  return { success, failed, unprocessed };
}

function mostRowsFirst(job: FinishedJob): ResultSetName[] {
  const expected = expectedRows(job);
  return resultSetNames.toSorted((a, b) => expected[b] - expected[a]);
}

function expectedRows({ processed, failed, rowsSent = processed }: FinishedJob): PerResultFile<number> {
  return { success: processed - failed, failed, unprocessed: rowsSent - processed };
}
