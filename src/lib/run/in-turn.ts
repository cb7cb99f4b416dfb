import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../errors.js';
import { graceMs } from '../jobs/deadline.js';
import { PollingTimeoutError } from '../jobs/errors.js';
import { processName } from './begin-alone.js';
import type { RunContext } from './context.js';
import { RunLockedError } from './errors.js';
import type { BeginningLock } from './store.js';

/** How long others are waited for; milliseconds. */
export type TurnTimes = {
  /** Between two looks. */
  readonly lookMs: number;
  /** What is done in turn is short: whoever has its turn for so long is stopped. Counted by looks. */
  readonly stuckMs: number;
  /** Waited for at least, whatever the deadline: a wait of 0 is one for the org. */
  readonly leastMs: number;
};

const turnTimes: TurnTimes = { lookMs: 50, stuckMs: 60_000, leastMs: graceMs };

/**
 * Does something short while no other process does what is called the same: those that come meanwhile wait, however many there
 * are. Nobody waits for a process that was killed.
 * @throws UsageError another process, which lives, has not come to its end for a minute, or the deadline has passed
 */
export async function inTurn<T>(
  name: string,
  context: Pick<RunContext, 'store' | 'deadline' | 'signal'>,
  work: () => Promise<T>,
  times: TurnTimes = turnTimes,
): Promise<T> {
  const lock = await takeTurn(name, context, times);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function takeTurn(
  name: string,
  { store, deadline = Number.POSITIVE_INFINITY, signal }: Pick<RunContext, 'store' | 'deadline' | 'signal'>,
  { lookMs, stuckMs, leastMs }: TurnTimes,
): Promise<BeginningLock> {
  const until = Math.max(deadline, Date.now() + leastMs);
  const waiting = { onWait: () => undefined, deadline: until, signal };
  let holder: unknown;
  let watchedMs = 0;
  for (;;) {
    try {
      return await store.lockBeginning(name, { waiting });
    } catch (error) {
      if (!(error instanceof RunLockedError || error instanceof PollingTimeoutError)) throw error;
      watchedMs = isDeepStrictEqual(error.data, holder) ? watchedMs + lookMs : 0;
      holder = error.data;
      if (watchedMs >= stuckMs || Date.now() >= until) throw notItsTurn(error);
    }
    await sleep(lookMs, undefined, { signal });
  }
}

function notItsTurn({ data }: RunLockedError | PollingTimeoutError): UsageError {
  return new UsageError(
    `${processName(data)} is about to begin a load into the same object, and this one can't wait any longer. Nothing was sent from here.`,
    { actions: ['Wait for it to finish, or stop it; then try again.'], data },
  );
}
