import { defaultRetryPolicy } from '../api/retry.js';
import { asDiskFull } from '../files/disk-full.js';
import { isFullDisk } from '../files/file-problem.js';
import { boundedBy, graceMs, type WaitFor } from '../jobs/deadline.js';
import type { RunContext } from './context.js';

/**
 * Runs work that goes on as long as the wait allows, and seconds longer at most, whatever the org does: the context that
 * the work gets has the deadline, and a signal that ends every request and every pause after it.
 *
 * A wait of 0 is for work that does what it can without waiting: everything is sent, each job is looked at once, and a
 * request that fails is sent again for a few seconds only.
 *
 * @throws PollingTimeoutError the wait is over; the work can be resumed
 * @throws DiskFullError a file has no room; the folder of unfinished work where the system doesn't say which
 */
export async function withinWait<C extends RunContext, T>(
  wait: WaitFor,
  context: C,
  work: (context: C) => Promise<T>,
): Promise<T> {
  try {
    return await bounded(wait, context, work);
  } catch (error) {
    throw isFullDisk(error) ? asDiskFull(context.store.folder, error) : error;
  }
}

function bounded<C extends RunContext, T>(
  wait: WaitFor,
  context: C,
  work: (context: C) => Promise<T>,
): Promise<T> {
  // One wait, however many steps of the work ask for it.
  if (typeof wait !== 'object' || context.deadline !== undefined) return work(context);
  const deadline = Date.now() + wait.timeoutMs;
  if (wait.timeoutMs === 0) {
    const retryPolicy = { ...(context.retryPolicy ?? defaultRetryPolicy), giveUpAfterMs: graceMs };
    return work({ ...context, deadline, retryPolicy });
  }
  return boundedBy(deadline, context.signal, (signal) => work({ ...context, deadline, signal }));
}
