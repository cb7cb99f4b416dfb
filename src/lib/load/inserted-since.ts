import { hasSent } from '../run/has-sent.js';
import { beginningOf, endOf, type RunStore, type RunView } from '../run/store.js';
import { mayHaveSaved } from './account.js';
import { isOfOther, loadsInto, sentOf, sharesInput } from './interrupted.js';

/**
 * Looks for another insert of some of the files of an interrupted one, or of what was in them then, that has sent rows since. What
 * the interrupted one has still to send may have been saved by that.
 * @returns the newest; undefined for other operations, and where nothing is left to send
 */
export async function insertedSince(run: RunView, store: RunStore): Promise<RunView | undefined> {
  const first = beginningOf(run);
  if (first?.type !== 'load' || first.plan.operation !== 'insert' || isOfOther(first.plan)) return undefined;
  const { sent } = sentOf(run);
  if (sent === undefined || sent.closed === sent.rows) return undefined;
  const { plan, org } = first;
  for await (const { run: other, first: begun } of loadsInto({ runId: run.runId, plan, org }, store)) {
    if (!sharesInput(begun.plan, first.plan) || !hasSent(other.records) || !mayHaveSaved(other)) continue;
    // One that began before may have been resumed since. Ids of runs are in the order in which they began.
    if (other.runId > run.runId || (endOf(other.records)?.at ?? '') > first.at) return other;
  }
  return undefined;
}
