import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../errors.js';
import { processName } from './begin-alone.js';
import type { RunContext } from './context.js';
import { RunLockedError } from './errors.js';
import type { BeginningLock } from './store.js';

const lookMs = 50;
/** Together a minute: what is done in turn is short, so that whoever takes longer is stopped. */
const mostLooks = 1_200;

/**
 * Does something short while no other process does what is called the same: those that come meanwhile wait. Nobody waits for
 * a process that was killed.
 * @throws UsageError another process, which lives, has not come to its end for a minute, or until the deadline
 */
export async function inTurn<T>(
  name: string,
  context: Pick<RunContext, 'store' | 'deadline' | 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  const lock = await takeTurn(name, context);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function takeTurn(
  name: string,
  { store, deadline = Number.POSITIVE_INFINITY, signal }: Pick<RunContext, 'store' | 'deadline' | 'signal'>,
): Promise<BeginningLock> {
  const waiting = { onWait: () => undefined, deadline, signal };
  for (let looks = 1; ; looks++) {
    try {
      return await store.lockBeginning(name, { waiting });
    } catch (error) {
      if (!(error instanceof RunLockedError)) throw error;
      if (looks >= mostLooks || Date.now() >= deadline) throw notItsTurn(error);
    }
    await sleep(lookMs, undefined, { signal });
  }
}

function notItsTurn({ data }: RunLockedError): UsageError {
  return new UsageError(
    `${processName(data)} is about to begin something that this may not be done beside, and does not get on. Nothing was sent from here.`,
    { actions: ['Wait for it to finish, or stop it; then try again.'], data },
  );
}
