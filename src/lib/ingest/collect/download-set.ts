import { setTimeout as sleep } from 'node:timers/promises';
import { IncompleteResultError } from './errors.js';
import { ResultSetDownload, resultSets, type ResultSet, type ResultSetName } from './result-set.js';
import type { ResultFetcher } from './types.js';

export type DownloadOptions = {
  readonly fetch: ResultFetcher;
  readonly delimiter: string;
  /** Begins the paths of the files that hold sets until they are appended. */
  readonly spoolPrefix: string;
  readonly refetchWaitMs: number;
  readonly signal: AbortSignal;
};

export type WantedSet = {
  readonly jobId: string;
  readonly name: ResultSetName;
  /** By the job's own figures, where they tell. */
  readonly expectedRows: number | undefined;
};

/** How often a set is fetched before what came is taken for what there is. */
const attempts = 4;

/**
 * Downloads one result set, and again when it is not whole or does not have as many rows as the job says. The
 * job's figures can be out of date, so that a whole set with other rows is given in the end: the caller decides.
 *
 * @throws IncompleteResultError it never came whole
 * @throws ResultFormatError it is not a result set
 */
export async function downloadSet(wanted: WantedSet, options: DownloadOptions): Promise<ResultSet> {
  const { jobId, name, expectedRows } = wanted;
  const { fetch, delimiter, spoolPrefix, refetchWaitMs, signal } = options;
  const { kind } = resultSets[name];
  const path = `${spoolPrefix}${jobId}-${name}`;
  const download = await ResultSetDownload.begin(name, { path, delimiter, signal });
  try {
    for (let attempt = 1; ; attempt++) {
      const set = await fetch(jobId, kind, (body) => download.take(body)).catch(incompleteOrThrow);
      const isLast = attempt === attempts;
      if (isLast && set instanceof IncompleteResultError) throw neverWhole(jobId, kind, set);
      if (!(set instanceof IncompleteResultError) && (isLast || hasRows(set, expectedRows))) return set;
      await sleep(refetchWaitMs * attempt, undefined, { signal });
    }
  } catch (error) {
    await download.dispose();
    throw error;
  }
}

function hasRows(set: ResultSet, expectedRows: number | undefined): boolean {
  return expectedRows === undefined || set.rows === expectedRows;
}

function incompleteOrThrow(error: unknown): IncompleteResultError {
  if (error instanceof IncompleteResultError) return error;
  throw error;
}

function neverWhole(jobId: string, kind: string, { message }: IncompleteResultError): IncompleteResultError {
  return new IncompleteResultError(
    `The ${kind} of job ${jobId} did not arrive whole, ${attempts} times over. ${message}`,
    { data: { jobId, kind }, actions: ['Collect the results again later.'] },
  );
}
