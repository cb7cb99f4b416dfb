import { copyOf, isFinished } from '../run/store.js';
import { endExportOf } from './abort-copy.js';
import { hasBegunLoads } from './model/errors.js';
import type { CopyWork } from './model/work.js';
import { exportFiles, ownFiles } from './model/own-files.js';

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
