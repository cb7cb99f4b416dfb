import { Events } from '../events.js';
import { abortLoad } from '../load/abort-load.js';
import type { LoadEvents } from '../load/model/events.js';
import { beginAlone } from '../run/begin-alone.js';
import type { RunContext } from '../run/context.js';
import {
  endedForNew,
  otherOptionsError,
  requireReadable,
  unfinishedError,
  type IfInterrupted,
} from '../run/if-interrupted.js';
import type { OwnerNotice } from '../run/lock.js';
import { beginningOf, type RunView } from '../run/store.js';
import { resumeChange, type ApplyOptions } from './apply-saved.js';
import { requireChangeable } from './find.js';
import { changesTwice, endChange, interruptedChanges, kindsOfChange } from './interrupted.js';
import type { ByQueryOutcome } from './outcome.js';
import type { ByQueryRequest } from './request.js';

/**
 * Begins a change by query, but for one of the same records or fields that has not finished. Of several processes that begin
 * at the same moment one whose new values are made of old ones, one does.
 * @param change finds the records and changes them, and calls `onBegun` once others can find that
 * @throws UsageError the same change is unfinished, or about to begin elsewhere; nothing was changed
 */
export async function beginChange(
  request: ByQueryRequest,
  { ifInterrupted, ...options }: ApplyOptions & { readonly ifInterrupted?: IfInterrupted | undefined },
  context: RunContext,
  change: (onBegun: ApplyOptions['onBegun']) => Promise<ByQueryOutcome>,
): Promise<ByQueryOutcome> {
  await requireChangeable(request);
  const choice = ifInterrupted ?? (changesTwice(request) ? 'fail' : 'beside');
  if (choice === 'beside') return change(options.onBegun);
  const { events = new Events<LoadEvents>() } = options;
  const kinds = await kindsOfChange(request, context);
  const onWait = (owner: OwnerNotice): unknown => events.emit('ownerWatched', owner);
  const beginning = { kinds, context, onWait, onBegun: options.onBegun };
  return beginAlone(beginning, async (onBegun) => {
    const { same, overlapping } = await interruptedChanges(request, context);
    const unfinished = [...same, ...overlapping.map(({ run }) => run)];
    const [newest] = unfinished;
    if (newest === undefined) return change(onBegun);
    if (choice === 'fail') throw unfinishedError(newest);
    for (const run of choice === 'new' ? unfinished : [newest]) requireReadable(run);
    if (choice === 'new') {
      for (const run of unfinished) await end(run, context, events);
      return change(onBegun);
    }
    const other = overlapping.find(({ run }) => run === newest);
    if (other !== undefined) throw otherOptionsError(newest, other.differences);
    await onBegun();
    return resumeChange(newest, context, options);
  });
}

async function end(run: RunView, context: RunContext, events: Events<LoadEvents>): Promise<void> {
  if (beginningOf(run)?.type === 'load') await abortLoad(run, { reason: endedForNew, events }, context);
  else await endChange(run.runId, endedForNew, context, events);
}
