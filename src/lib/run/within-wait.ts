import { boundedBy, type WaitFor } from '../jobs/deadline.js';
import type { RunContext } from './context.js';

/**
 * Runs work that goes on as long as the wait allows, and seconds longer at most, whatever the org does: the context that
 * the work gets has the deadline, and a signal that ends every request and every pause after it.
 *
 * A wait of 0 is for work that does what it can without waiting: everything is sent, and each job is looked at once.
 *
 * @throws PollingTimeoutError the wait is over; the work can be resumed
 */
export async function withinWait<C extends RunContext, T>(
  wait: WaitFor,
  context: C,
  work: (context: C) => Promise<T>,
): Promise<T> {
  // One wait, however many steps of the work ask for it.
  if (typeof wait !== 'object' || context.deadline !== undefined) return work(context);
  const deadline = Date.now() + wait.timeoutMs;
  if (wait.timeoutMs === 0) return work({ ...context, deadline });
  return boundedBy(deadline, context.signal, (signal) => work({ ...context, deadline, signal }));
}
