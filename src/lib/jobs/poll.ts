import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../api/errors.js';
import type { LookOptions } from '../api/calls.js';
import type { JobInfo, JobState } from '../api/types.js';
import { requirePossibleCounts } from './counts.js';
import { boundedBy } from './deadline.js';
import { JobGoneError, JobVanishedError, PollingTimeoutError } from './errors.js';
import { JobWatcher, type WatcherOptions } from './watcher.js';

/** Not even the smallest job ends sooner, and to ask before is one request for nothing. */
const leastJobMs = 50;
const shortestWaitMs = 200;
const longestWaitMs = 30_000;
/** The next look comes after this share of the job's age, which bounds what waiting adds to its time. */
const shareOfAge = 0.15;
/** How long the org may not know a job that it has told of: not every server of it knows at once. */
const unknownForMs = 60_000;

export type PollOptions = Partial<WatcherOptions> & {
  readonly jobId: string;
  /** Asks the org once. */
  readonly ask: (look: LookOptions) => Promise<JobInfo>;
  readonly onInfo?: (info: JobInfo) => void;
  /** Milliseconds since 1970 after which waiting ends; absent for as long as it takes. */
  readonly deadline?: number;
  /** Milliseconds between two looks. Default: `pollWaitMs` of the job's age. */
  readonly intervalMs?: number;
  /**
   * Whether the job was created or closed a moment ago: then the org is asked again when it does not know it. Default
   * false; true once it has told of the job.
   */
  readonly isNew?: boolean;
  /** For how many milliseconds the org has had the job to run, if for few: it's asked after 50. Absent: it's asked at once. */
  readonly ranForMs?: number | undefined;
  /**
   * Takes the place of every second look, to ask for another job: where it has ended, this one is asked for at once, since it
   * may have as well. Undefined where it has asked for nothing.
   */
  readonly askOther?: (() => Promise<'ended' | 'running' | undefined>) | undefined;
  /** Rows that were uploaded; absent for a query job, and where nobody knows. */
  readonly rowsSent?: number;
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
 * Asks for a job until the org has ended it, in whichever way. Nothing else ends it but the deadline, the signal and
 * what the org refuses for good: a state that nobody knows is told, and asked for again.
 * @throws RowCountError the counts of the ended job can't be
 * @throws PollingTimeoutError the deadline has passed; the job is left alone
 * @throws JobGoneError the org does not know the job; JobVanishedError where it has told of it before
 */
export async function pollUntilEnded(options: PollOptions): Promise<JobInfo> {
  const { jobId, onInfo, askOther } = options;
  const { onWarning = () => undefined, isClosed = false, isNew = false } = options;
  await letRun(options);
  const watcher = new JobWatcher({ onWarning, isClosed });
  const startedMs = Date.now();
  let last: JobInfo | undefined;
  let knownAtMs = isNew ? startedMs : undefined;
  for (;;) {
    const found = await look(options, last?.state);
    const now = Date.now();
    if ('info' in found) {
      last = found.info;
      knownAtMs = now;
      onInfo?.(last);
      if (hasEnded(last.state)) {
        requirePossibleCounts(last, options.rowsSent);
        return last;
      }
      watcher.see(last);
    } else if (knownAtMs === undefined) throw jobGone(jobId, found.notFound);
    else if (now - knownAtMs >= unknownForMs) throw jobVanished(jobId, found.notFound);
    if (leftOf(options) <= 0) throw timedOut(jobId, last?.state);
    await pause(options, startedMs);
    // The last look of a wait is at this job.
    const other = leftOf(options) > 0 ? await askOther?.() : undefined;
    if (other === 'running') await pause(options, startedMs);
  }
}

async function pause(options: PollOptions, startedMs: number): Promise<void> {
  const waitMs = options.intervalMs ?? pollWaitMs(Date.now() - startedMs);
  await sleep(Math.min(waitMs, Math.max(0, leftOf(options))), undefined, { signal: options.signal });
}

function leftOf({ deadline = Number.POSITIVE_INFINITY }: PollOptions): number {
  return deadline - Date.now();
}

async function letRun(options: PollOptions): Promise<void> {
  const { ranForMs = leastJobMs, signal } = options;
  const waitMs = Math.min(leastJobMs - ranForMs, leftOf(options));
  if (waitMs > 0) await sleep(waitMs, undefined, { signal });
}

type Look = { readonly info: JobInfo } | { readonly notFound: ApiError };

async function look(
  { jobId, ask, deadline, signal }: PollOptions,
  state: JobState | undefined,
): Promise<Look> {
  try {
    return { info: await boundedBy(deadline, signal, (bounded) => ask({ signal: bounded, patient: true })) };
  } catch (error) {
    if (isNotFound(error)) return { notFound: error };
    throw error instanceof PollingTimeoutError ? timedOut(jobId, state) : error;
  }
}

/**
 * Asks for something of a job that the org has told of, and again while it answers that there is no such thing.
 * @throws JobVanishedError it has answered so for a minute
 */
export async function untilFound<T>(jobId: string, ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const startedMs = Date.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const forMs = Date.now() - startedMs;
      if (forMs >= unknownForMs) throw jobVanished(jobId, error);
      await sleep(Math.min(pollWaitMs(forMs), unknownForMs - forMs), undefined, { signal });
    }
  }
}

function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404;
}

function timedOut(jobId: string, state: JobState | undefined): PollingTimeoutError {
  const is = state === undefined ? 'has not been told of in time' : `is still ${state}`;
  const why =
    state === 'Open'
      ? 'the org does nothing with it before whoever created it closes it.'
      : 'it goes on in the org.';
  return new PollingTimeoutError(`Job ${jobId} ${is}; ${why}`, { data: { jobId, state } });
}

export function jobGone(jobId: string, cause?: unknown): JobGoneError {
  return new JobGoneError(
    `The org does not know job ${jobId}: it was deleted, is older than 7 days, or is another org's.`,
    { cause, actions: ['See which jobs the org has: sf bulk2 job list'], data: { jobId } },
  );
}

function jobVanished(jobId: string, cause: ApiError): JobVanishedError {
  const forS = unknownForMs / 1_000;
  return new JobVanishedError(`The org has told of job ${jobId}, and for ${forS} s has not known it.`, {
    cause,
    data: { jobId },
  });
}
