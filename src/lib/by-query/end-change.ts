import { rm } from 'node:fs/promises';
import type { RunContext } from '../run/context.js';
import { isFinished } from '../run/store.js';
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
  { store }: Pick<RunContext, 'store'>,
): Promise<{ readonly hadEnded: boolean }> {
  const journal = await store.open(runId);
  try {
    const hadEnded = isFinished(journal.replayed);
    if (!hadEnded) {
      await journal.append({ type: 'done', at: new Date().toISOString(), summary: undefined, reason });
    }
    await rm(changesPathOf(runId, { store }), { force: true });
    return { hadEnded };
  } finally {
    await journal.close();
  }
}
