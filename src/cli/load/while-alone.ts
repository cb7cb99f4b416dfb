import { Messages } from '@salesforce/core';
import type { SfCommand } from '@salesforce/sf-plugins-core';
import { UsageError } from '../../lib/errors.js';
import type { RunContext } from '../../lib/run/context.js';
import { RunLockedError } from '../../lib/run/errors.js';
import type { OwnerNotice } from '../../lib/run/lock.js';
import type { BeginningLock } from '../../lib/run/store.js';
import { formatElapsed } from '../units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.interrupted');

/** What is about to begin. */
export type Beginning = {
  /** Names what one process at a time may begin. */
  readonly kinds: readonly string[];
  /** The run that is planned already; it is removed where another process is about to begin the same. */
  readonly runId?: string;
  readonly context: RunContext;
};

/**
 * Does work that looks for an interrupted run and then begins one, while no other process does the same: of several
 * that start at the same moment, each would find nothing.
 * @param work calls `begun` once the others can find what it has begun
 * @throws UsageError another process is about to begin the same
 */
export async function whileAlone<T>(
  command: Pick<SfCommand<unknown>, 'warn'>,
  { kinds, runId, context }: Beginning,
  work: (begun: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const locks: BeginningLock[] = [];
  const begun = async (): Promise<void> => {
    for (const lock of locks.splice(0)) await lock.release();
  };
  try {
    try {
      // In one order: two processes never wait for each other.
      for (const kind of [...kinds].sort()) locks.push(await lockFor(command, kind, context));
    } catch (error) {
      if (runId !== undefined) await context.store.remove(runId);
      throw error;
    }
    return await work(begun);
  } finally {
    await begun();
  }
}

async function lockFor(
  command: Pick<SfCommand<unknown>, 'warn'>,
  kind: string,
  { store, deadline, signal }: RunContext,
): Promise<BeginningLock> {
  const onWait = (owner: OwnerNotice): void => {
    command.warn(
      messages.getMessage('warning.BeginnerWatched', [nameOf(owner), formatElapsed(owner.waitMs)]),
    );
  };
  try {
    return await store.lockBeginning(kind, { waiting: { onWait, deadline, signal } });
  } catch (error) {
    if (!(error instanceof RunLockedError)) throw error;
    throw new UsageError(messages.getMessage('error.BeginsElsewhere', [nameOf(error.data)]), {
      actions: [messages.getMessage('action.SeeList')],
      data: error.data,
    });
  }
}

function nameOf({ host, pid }: { readonly host?: unknown; readonly pid?: unknown }): string {
  if (pid === undefined) return messages.getMessage('anotherProcess');
  return messages.getMessage('process', [pid as number, host as string]);
}
