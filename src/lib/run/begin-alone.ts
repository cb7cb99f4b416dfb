import { UsageError } from '../errors.js';
import type { RunContext } from './context.js';
import { RunLockedError } from './errors.js';
import type { OwnerWait } from './lock.js';
import type { BeginningLock } from './store.js';

/** What is about to begin. */
export type Beginning = {
  /** Names what one process at a time may begin. */
  readonly kinds: readonly string[];
  /** The run that is planned already; it is removed where another process is about to begin the same. */
  readonly runId?: string;
  readonly context: RunContext;
  /** Hears of a process that may be about to begin the same, and can't be seen from here. */
  readonly onWait: OwnerWait['onWait'];
  /** Called once others can find what has begun. */
  readonly onBegun?: (() => Promise<void>) | undefined;
};

/**
 * Does work that looks for an interrupted run and then begins one, while no other process does the same: of several
 * that start at the same moment, each would find nothing.
 * @param work calls `begun` once the others can find what it has begun
 * @throws UsageError another process is about to begin the same
 */
export async function beginAlone<T>(
  { kinds, runId, context, onWait, onBegun }: Beginning,
  work: (begun: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { store, deadline, signal } = context;
  const locks: BeginningLock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of locks.splice(0)) await lock.release();
  };
  const begun = async (): Promise<void> => {
    await release();
    await onBegun?.();
  };
  try {
    try {
      // In one order: two processes never wait for each other.
      for (const kind of [...kinds].sort()) {
        locks.push(await store.lockBeginning(kind, { waiting: { onWait, deadline, signal } }));
      }
    } catch (error) {
      if (runId !== undefined) await store.remove(runId);
      throw error instanceof RunLockedError ? beginsElsewhere(error) : error;
    }
    return await work(begun);
  } finally {
    await release();
  }
}

/** `Process 4711 on host` */
export function processName({ host, pid }: { readonly host?: unknown; readonly pid?: unknown }): string {
  return typeof pid === 'number' && typeof host === 'string'
    ? `Process ${pid} on ${host}`
    : 'Another process';
}

function beginsElsewhere({ data }: RunLockedError): UsageError {
  return new UsageError(`${processName(data)} is about to begin the same. Nothing was sent from here.`, {
    actions: ['Wait for it to finish, or stop it. What it has begun: sf bulk2 job list'],
    data,
  });
}
