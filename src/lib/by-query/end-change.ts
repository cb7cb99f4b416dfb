import { rm } from 'node:fs/promises';
import { Events } from '../events.js';
import type { LoadEvents } from '../load/model/events.js';
import { endAborted } from '../run/abort-run.js';
import type { RunContext } from '../run/context.js';
import { openInterrupted } from '../run/open-interrupted.js';
import { changesPathOf } from './save.js';

/**
 * Ends an interrupted change over SObject Collections where it stands: what was changed stays changed, and it can't be
 * resumed any more. Nothing is asked of the org.
 * @param reason a sentence that says who has ended it
 * @returns whether it had finished before, which is left as it is
 * @throws RunLockedError another process works on it
 */
export async function endChange(
  runId: string,
  reason: string,
  context: Pick<RunContext, 'store' | 'signal' | 'deadline'>,
  events = new Events<LoadEvents>(),
): Promise<{ readonly hadEnded: boolean }> {
  const journal = await openInterrupted({ runId, deadline: context.deadline, events }, context);
  try {
    const hadEnded = await endAborted(journal, reason);
    await rm(changesPathOf(runId, context), { force: true });
    return { hadEnded };
  } finally {
    await journal.close();
  }
}
