import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, UnknownOutcomeError } from '../../api/errors.js';
import type { IngestJobs } from '../../api/ingest-jobs.js';
import { isDefiniteRefusal, retryWaitMs } from '../../api/retry.js';
import type { JobInfo } from '../../api/types.js';
import { Bulk2Error } from '../../errors.js';
import { isUnsettled, isWrongState } from '../../jobs/end-jobs.js';
import { jobGone } from '../../jobs/poll.js';

/** The org refuses to abort a job that another process might still close: its rows can't go into another one. */
export class JobNotAbortedError extends Bulk2Error {}

/** Changes of a job's state that are tried before it is given up to find out whether the org has made them. */
export const settleAttempts = 5;
export const settleWaits = { firstWaitMs: 1_000, longestWaitMs: 30_000 };

export type FenceOptions = {
  readonly jobs: IngestJobs;
  /** Whether another process has worked on this run: it may still be alive, and close the job. */
  readonly hasChangedHands: boolean;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Makes sure that nobody can close a job any more, so that its rows can go into another one: the org has said that it
 * is aborted or gone. An org that refuses the abort outright is no obstacle where no other process could close the job.
 * @returns `closed` when somebody has closed it: then its rows are in it
 * @throws JobNotAbortedError
 */
export async function fenceOff(
  jobId: string,
  { jobs, hasChangedHands, signal }: FenceOptions,
): Promise<'fenced' | 'closed'> {
  for (let attempt = 1; ; attempt += 1) {
    const info = await infoUnlessGone(jobId, jobs);
    if (info !== undefined && wasClosed(info)) return 'closed';
    if (info?.state !== 'Open') return 'fenced';
    const failure = await failureOfAbort(jobId, jobs);
    if (failure === undefined) return 'fenced';
    const isRefused = isDefiniteRefusal(failure) && !isWrongState(failure);
    if (isRefused && !hasChangedHands) return 'fenced';
    if (isRefused) throw notAborted(jobId, failure);
    if (!isUnsettled(failure) || attempt >= settleAttempts) throw failure;
    await sleep(retryWaitMs(attempt, failure, settleWaits), undefined, { signal });
  }
}

/** @returns undefined when the org has confirmed it */
async function failureOfAbort(jobId: string, jobs: IngestJobs): Promise<Error | undefined> {
  try {
    const { state } = await jobs.abort(jobId);
    if (state === 'Aborted') return undefined;
    return new UnknownOutcomeError(`Job ${jobId} is ${state} after it was aborted.`);
  } catch (error) {
    return isGone(error) ? undefined : (error as Error);
  }
}

export type SettleOptions = {
  readonly jobs: IngestJobs;
  /** Asks for the job the first time. Default: once. */
  readonly ask?: () => Promise<JobInfo>;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Closes a job whose closing was asked for before. The job itself tells what became of that; it is never aborted. One
 * that somebody has aborted meanwhile counts as closed: it may have processed rows, and its results tell which.
 * @returns the job as the org told it last
 * @throws JobGoneError
 */
export async function settleClose(
  jobId: string,
  { jobs, signal, ask = () => jobs.info(jobId) }: SettleOptions,
): Promise<JobInfo> {
  for (let attempt = 1; ; attempt += 1) {
    const info = await ask().catch((error: unknown) => {
      throw isGone(error) ? jobGone(jobId, error) : error;
    });
    if (info.state !== 'Open') return info;
    try {
      return await jobs.close(jobId);
    } catch (error) {
      // One server of the org may not know a job that another one has just told of.
      const maySettle = isUnsettled(error) || isGone(error);
      if (!maySettle || attempt >= settleAttempts) throw isGone(error) ? jobGone(jobId, error) : error;
      await sleep(retryWaitMs(attempt, error, settleWaits), undefined, { signal });
    }
  }
}

/** @returns undefined when the org does not know the job any more */
export async function infoUnlessGone(jobId: string, jobs: IngestJobs): Promise<JobInfo | undefined> {
  return jobs.info(jobId).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
}

/** Whether somebody has closed a job. One that was aborted afterwards may have processed rows before. */
export function wasClosed({ state, numberRecordsProcessed = 0 }: JobInfo): boolean {
  return state === 'Aborted' ? numberRecordsProcessed > 0 : state !== 'Open';
}

/** The org itself says so; a 404 of something between here and the org says nothing about a job. */
export function isGone(error: unknown): boolean {
  return isDefiniteRefusal(error) && error.status === 404;
}

function notAborted(jobId: string, cause: ApiError): JobNotAbortedError {
  return new JobNotAbortedError(
    `Job ${jobId} can't be replaced: the org refuses to abort it (${cause.message}), and another process that worked on ` +
      'this load might still close it.',
    {
      cause,
      actions: [
        `Abort it with a login that may, such as an administrator's: sf bulk2 job abort --id ${jobId}`,
        'Then resume the load.',
      ],
      data: { jobId },
    },
  );
}
