import { PollingTimeoutError } from './errors.js';

/** How long a request that is under way at the deadline may still take: a last look is worth more than its seconds. */
export const graceMs = 5_000;

/** What a timer of Node.js can wait; a longer time overflows to 1 ms. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs work whose requests and pauses all end a few seconds after a deadline, whatever the org does: connections that
 * hang, bodies that trickle, waits that the org asks for.
 *
 * @param deadline milliseconds since 1970; undefined for as long as it takes
 * @param signal ends the work earlier, with its own reason
 * @param work gets the signal that it has to obey
 * @throws PollingTimeoutError the deadline has ended the work
 */
export async function boundedBy<T>(
  deadline: number | undefined,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (deadline === undefined) return work(signal);
  const over = new AbortController();
  const reason = new PollingTimeoutError(
    'The wait is over, and the work is not. What the org has goes on there.',
  );
  const leftMs = Math.max(0, deadline - Date.now()) + graceMs;
  const timer = setTimeout(() => over.abort(reason), Math.min(leftMs, longestTimerMs));
  try {
    return await work(signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]));
  } catch (error) {
    // A pause that is ended throws an error of its own.
    throw over.signal.aborted && signal?.aborted !== true ? timeoutIn(error, reason) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** What fails after the end of the wait for a reason of its own is told as it is. */
function timeoutIn(error: unknown, reason: PollingTimeoutError): unknown {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each === reason) return reason;
  }
  return error;
}

/** How long a run goes on: to its end, until the org has accepted the data, or so long from its start. */
export type WaitFor = 'end' | 'accepted' | { readonly timeoutMs: number };

/** What is left of a wait that began some time ago; a wait of 0 stays one. */
export function restOfWait(wait: WaitFor, startedMs: number): WaitFor {
  if (typeof wait !== 'object' || wait.timeoutMs === 0) return wait;
  return { timeoutMs: Math.max(1, wait.timeoutMs - (Date.now() - startedMs)) };
}
