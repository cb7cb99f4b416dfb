import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../api/errors.js';
import type { JobInfo, JobState } from '../api/types.js';
import { JobGoneError, PollingTimeoutError } from './errors.js';

const shortestWaitMs = 200;
const longestWaitMs = 30_000;
/** The next look comes after this share of the job's age, which bounds what waiting adds to its time. */
const shareOfAge = 0.15;

export type PollOptions = {
  readonly jobId: string;
  /** Asks the org once. */
  readonly ask: () => Promise<JobInfo>;
  readonly onInfo?: (info: JobInfo) => void;
  /** Milliseconds since 1970 after which waiting ends; absent for as long as it takes. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
};

/** How long to wait before the next look at a job of this age: fast at first, at last one look per 30 s. */
export function pollWaitMs(ageMs: number): number {
  return Math.min(Math.max(shortestWaitMs, ageMs * shareOfAge), longestWaitMs);
}

export function hasEnded(state: JobState): boolean {
  return state === 'JobComplete' || state === 'Failed' || state === 'Aborted';
}

/**
 * Asks for a job until the org has ended it, in whichever way.
 * @throws PollingTimeoutError the deadline has passed; the job is left alone
 * @throws JobGoneError the org does not know the job any more
 */
export async function pollUntilEnded(options: PollOptions): Promise<JobInfo> {
  const startedMs = Date.now();
  for (;;) {
    const info = await askFor(options);
    options.onInfo?.(info);
    if (hasEnded(info.state)) return info;
    const now = Date.now();
    const left = (options.deadline ?? Number.POSITIVE_INFINITY) - now;
    if (left <= 0) {
      throw timedOut(info);
    }
    const waitMs = Math.min(pollWaitMs(now - startedMs), left);
    await sleep(waitMs, undefined, { signal: options.signal });
  }
}

function timedOut({ id, state }: JobInfo): PollingTimeoutError {
  const why =
    state === 'Open'
      ? 'the org does nothing with it before whoever created it closes it.'
      : 'it goes on in the org.';
  return new PollingTimeoutError(`Job ${id} is still ${state}; ${why}`, { data: { jobId: id, state } });
}

async function askFor({ ask, jobId }: PollOptions): Promise<JobInfo> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) throw jobGone(jobId, error);
    throw error;
  }
}

export function jobGone(jobId: string, cause?: unknown): JobGoneError {
  return new JobGoneError(
    `The org does not know job ${jobId}: it was deleted, is older than 7 days, or is another org's.`,
    {
      cause,
      actions: ['See which jobs the org has: sf bulk2 job list'],
      data: { jobId },
    },
  );
}
