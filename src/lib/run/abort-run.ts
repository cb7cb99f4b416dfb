import { withRetry } from '../api/retry.js';
import type { JobInfo } from '../api/types.js';
import { abortJob, type AbortedJob } from '../jobs/end-jobs.js';
import { JobGoneError } from '../jobs/errors.js';
import type { RunContext } from './context.js';
import type { Journal } from './journal.js';
import { openInterrupted, type Interrupted } from './open-interrupted.js';
import { requireOwnOrg } from './org.js';
import type { JournalRecord } from './record.js';
import { isFinished, type RunView } from './store.js';

/** How the end of a run is followed. */
export type AbortOptions = Pick<Interrupted, 'events'> & {
  /** A sentence that says who ends it. */
  readonly reason: string;
  /** Hears of each job once it has ended. */
  readonly onJob?: (job: AbortedJob) => void;
};

/** What differs between kinds of runs. */
type KindOfRun = {
  /** Ids of the jobs that it needs, and may have in the org still. */
  readonly jobsIn: (records: readonly JournalRecord[]) => readonly string[];
  /** Takes note of a job that had ended by itself. */
  readonly noteEnded?: (journal: Journal, info: JobInfo) => Promise<void>;
  /** Removes what only a resume needs. */
  readonly tidy: (journal: Journal) => Promise<void>;
};

/**
 * Ends an interrupted run for good: its jobs are aborted, and it can't be resumed any more. Jobs that have ended, and what
 * the others had processed, stay as they are, and their results can be had from the org. Can be repeated until it is done.
 * @throws RunLockedError another process works on it
 * @throws UsageError it began in another org
 */
export async function abortRun(
  { runId }: RunView,
  { jobsIn, noteEnded, tidy, reason, events, onJob }: AbortOptions & KindOfRun,
  context: RunContext,
): Promise<void> {
  const { deadline, retryPolicy, signal } = context;
  const journal = await openInterrupted({ runId, deadline, events }, context);
  try {
    await requireOwnOrg(journal.replayed, context);
    const api = withRetry(context.api, undefined, retryPolicy);
    for (const jobId of jobsIn(journal.replayed)) {
      const job = await abortJob(api, jobId, signal).catch(goneOrThrow);
      if (job !== undefined) onJob?.(job);
      // An abort that is repeated finds jobs that it has ended itself.
      if (job?.hadEnded === true && job.info.state !== 'Aborted') await noteEnded?.(journal, job.info);
    }
    await endAborted(journal, reason);
    await tidy(journal);
  } finally {
    await journal.close();
  }
}

/** Records that a run has ended where it stands. @returns whether it had ended before, which is left as it is */
export async function endAborted(
  journal: Pick<Journal, 'replayed' | 'append'>,
  reason: string,
  hasIds = false,
): Promise<boolean> {
  const hadEnded = isFinished(journal.replayed);
  if (!hadEnded) {
    const at = new Date().toISOString();
    const ids = hasIds ? { hasIds } : {};
    await journal.append({ type: 'done', at, summary: undefined, reason, isAborted: true, ...ids });
  }
  return hadEnded;
}

/** The org forgets jobs that stay open for a day; that they are gone is all that is wanted. */
export function goneOrThrow(error: unknown): undefined {
  if (!(error instanceof JobGoneError)) throw error;
}
