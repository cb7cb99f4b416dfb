import { abortLoad } from '../load/abort-load.js';
import { endAborted, type AbortOptions } from '../run/abort-run.js';
import type { RunContext } from '../run/context.js';
import { openInterrupted } from '../run/open-interrupted.js';
import { requireOwnOrg } from '../run/org.js';
import { copyOf, isFinished, type RunView } from '../run/store.js';
import { exportFiles, ownFiles } from './model/own-files.js';
import { hasBegunLoads } from './model/errors.js';
import type { CopyWork } from './model/work.js';

/**
 * Ends an interrupted copy for good: jobs of its current load are aborted, and it can't be resumed any more. What was
 * loaded stays. Can be repeated until it is done.
 * @param context of the org that the copy goes into
 * @throws RunLockedError another process works on it
 * @throws UsageError it goes into another org
 */
export async function abortCopy(
  { runId }: RunView,
  options: AbortOptions,
  context: RunContext,
): Promise<void> {
  const { store, deadline } = context;
  const journal = await openInterrupted({ runId, deadline, events: options.events }, context);
  try {
    await requireOwnOrg(journal.replayed, context);
    for await (const part of store.each()) {
      if (copyOf(part) !== runId || isFinished(part.records)) continue;
      if (part.records[0]?.type === 'load') await abortLoad(part, options, context);
      else await endExportOf(part, options, context);
    }
    await endAborted(journal, options.reason);
    await store.removeFiles(runId, [...ownFiles, exportFiles]);
  } finally {
    await journal.close();
  }
}

/** Its job is in another org, and changes nothing there. */
async function endExportOf(
  { runId }: RunView,
  { reason, events }: AbortOptions,
  context: RunContext,
): Promise<void> {
  const journal = await openInterrupted({ runId, deadline: context.deadline, events }, context);
  try {
    await endAborted(journal, reason);
  } finally {
    await journal.close();
  }
}

/**
 * Ends a copy into an org that has sent nothing and could only be begun again: what it has read would grow old. Of one that
 * may have sent something, or is another process's by now, nothing changes.
 */
export async function dropUnsent({ runId, journal, contexts, events }: CopyWork): Promise<void> {
  const { store } = contexts.target;
  if (journal.plan.output !== undefined || journal.lost.aborted || hasBegunLoads(journal)) return;
  const reason = 'Nobody agreed to it, or it was refused. Nothing was sent.';
  // Whoever has stopped the copy doesn't stop this.
  const context = { ...contexts.target, signal: undefined, deadline: undefined };
  for await (const part of store.each()) {
    if (copyOf(part) !== runId || isFinished(part.records)) continue;
    await endExportOf(part, { reason, events }, context);
  }
  const at = new Date().toISOString();
  await journal.append({ type: 'done', at, summary: undefined, reason, isAborted: true });
  await store.removeFiles(runId, [...ownFiles, exportFiles]);
  events.emit('dropped', { runId });
}
