import type { RunContext } from './context.js';
import type { Journal, JournalOptions } from './journal.js';
import type { OwnerNotice } from './lock.js';

/** What loads and exports tell while an interrupted run is opened. */
export type RunEvents = {
  /** It can't be seen whether the process that held the run still works on it: it is watched for a sign of life. */
  ownerWatched: [OwnerNotice];
  /** The journal has lines of a process that had lost the run to another one before it wrote them. They don't count. */
  linesSkipped: [{ readonly runId: string; readonly lines: number }];
};

export type Interrupted = {
  readonly runId: string;
  /** Milliseconds since 1970; absent: wait as long as it takes. */
  readonly deadline: number | undefined;
  readonly events: { emit<K extends keyof RunEvents>(name: K, ...args: RunEvents[K]): unknown };
  readonly syncs?: JournalOptions['syncs'];
};

/**
 * Opens the journal of a run in order to resume it. Where the former owner can't be seen from here, its heartbeat is
 * watched first, until the deadline at most, and until the context's signal aborts.
 * @throws as `RunStore.open`
 */
export async function openInterrupted(
  { runId, deadline, events, syncs }: Interrupted,
  { store, signal }: Pick<RunContext, 'store' | 'signal'>,
): Promise<Journal> {
  const journal = await store.open(runId, {
    ...(syncs === undefined ? {} : { syncs }),
    waiting: { onWait: (owner) => events.emit('ownerWatched', owner), deadline, signal },
  });
  const { skippedLines: lines } = journal;
  if (lines > 0) events.emit('linesSkipped', { runId, lines });
  return journal;
}
