import { setTimeout as sleep } from 'node:timers/promises';
import { IncompleteResultError } from '../../csv/record-reader.js';
import { untilFound } from '../../jobs/poll.js';
import { resultSets, type ResultSet, type ResultSetName } from '../model/result-sets.js';
import { ResultSetDownload } from './result-set-download.js';
import type { ResultFetcher } from './request.js';

export type DownloadOptions = {
  readonly fetch: ResultFetcher;
  readonly delimiter: string;
  /** The column that tells rows apart, whose keys are summed up; absent: none are. */
  readonly keyName?: string | undefined;
  /** Begins the paths of the files that hold sets until they are appended. */
  readonly spoolPrefix: string;
  /** The first wait before something is fetched again; later ones are longer. Default 1,000. */
  readonly refetchWaitMs?: number | undefined;
  readonly signal: AbortSignal;
};

export const defaultRefetchWaitMs = 1_000;

/** How often a set is fetched in all while it does not arrive whole. */
const attempts = 4;

/**
 * Downloads one result set, and again when it is not whole.
 * @throws IncompleteResultError it never came whole
 * @throws JobVanishedError the org has not known the job for a minute
 * @throws ResultFormatError it is not a result set
 */
export async function downloadSet(
  jobId: string,
  name: ResultSetName,
  options: DownloadOptions,
): Promise<ResultSet> {
  const { fetch, delimiter, keyName, spoolPrefix, refetchWaitMs = defaultRefetchWaitMs, signal } = options;
  const { kind } = resultSets[name];
  const path = `${spoolPrefix}${jobId}-${name}`;
  const download = await ResultSetDownload.begin(name, { path, delimiter, keyName, signal });
  try {
    for (let attempt = 1; ; attempt++) {
      const take = () => fetch(jobId, kind, (body) => download.take(body));
      const set = await untilFound(jobId, take, signal).catch(incompleteOrThrow);
      if (!(set instanceof IncompleteResultError)) return set;
      if (attempt === attempts) throw neverWhole(jobId, kind, set);
      await sleep(refetchWaitMs * attempt, undefined, { signal });
    }
  } catch (error) {
    await download.dispose();
    throw error;
  }
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
