import { beginAlone } from '../run/begin-alone.js';
import type { RunContext } from '../run/context.js';
import {
  endedForNew,
  insertedSinceError,
  isAtWork,
  otherBytesError,
  otherOptionsError,
  requireReadable,
  unfinishedError,
  type IfInterrupted,
} from '../run/if-interrupted.js';
import type { OwnerNotice } from '../run/lock.js';
import { abortLoad } from './abort-load.js';
import { insertedSince } from './inserted-since.js';
import { interruptedLoads, kindsOfLoad, mayHaveInserted, similarInsert } from './interrupted.js';
import { resumeLoad, startLoad, type LoadOptions } from './load.js';
import type { RunView } from '../run/store.js';
import type { LoadStatus } from './model/status.js';
import type { PlannedLoad } from './plan/plan.js';

/** How a load begins that may have been begun before. */
export type BeginOptions = LoadOptions & { readonly ifInterrupted?: IfInterrupted | undefined };

/**
 * Starts a planned load, but for one whose rows another load sends that has not finished. Of several processes that begin
 * the same insert at the same moment, one does. Throws as `startLoad` does.
 * @throws UsageError the same load is unfinished, or about to begin elsewhere; nothing was sent
 */
export async function beginLoad(
  planned: PlannedLoad,
  { ifInterrupted, ...options }: BeginOptions,
  context: RunContext,
): Promise<LoadStatus> {
  const { plan, runId } = planned;
  const choice = ifInterrupted ?? (plan.operation === 'insert' ? 'fail' : 'beside');
  if (choice === 'beside' || plan.rows === 0) return startLoad(planned, options, context);
  const { events } = options;
  const kinds = await kindsOfLoad(plan, context);
  const onWait = (owner: OwnerNotice): unknown => events.emit('ownerWatched', owner);
  const beginning = { kinds, runId, context, onWait, onBegun: options.onBegun };
  return beginAlone(beginning, async (onBegun) => {
    const { same, similar } = await interruptedLoads(planned, context);
    const [newest] = same;
    if (newest === undefined) {
      const other = similarInsert(plan, similar);
      // What a living process hasn't saved yet it is about to.
      const hasInserted =
        other !== undefined && (mayHaveInserted(other) || (await isAtWork(other.run, context.store)));
      const isRefused = ifInterrupted === 'fail' || (ifInterrupted !== 'new' && hasInserted);
      if (other === undefined || !isRefused) return startLoad(planned, { ...options, onBegun }, context);
      await context.store.remove(runId);
      throw otherBytesError(other.run, hasInserted);
    }
    try {
      const { run, differences } = newest;
      if (choice === 'fail') throw unfinishedError(run);
      for (const each of choice === 'new' ? same : [newest]) requireReadable(each.run);
      if (choice === 'resume' && differences.length > 0) throw otherOptionsError(run, differences);
      if (choice === 'resume') await requireNoneSince(newest.run, context);
      if (choice === 'new') {
        for (const each of same) await abortLoad(each.run, { reason: endedForNew, events }, context);
      }
    } catch (error) {
      await context.store.remove(runId);
      throw error;
    }
    if (choice === 'new') return startLoad(planned, { ...options, onBegun }, context);
    await context.store.remove(runId);
    await onBegun();
    const { run, sources } = newest;
    return resumeLoad(run, { ...options, resultsDir: plan.resultsDir, sources }, context);
  });
}

/** @throws UsageError another insert may have inserted since what is left of this one */
async function requireNoneSince(run: RunView, { store }: RunContext): Promise<void> {
  const since = await insertedSince(run, store);
  if (since !== undefined) throw insertedSinceError(run, since);
}
