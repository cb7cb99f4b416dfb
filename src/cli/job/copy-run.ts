import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import { copyOf, runStore, type RunView } from '../../lib/run/store.js';
import { stateFolder } from '../org-context.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

/** The copy that a run is, or is a part of; undefined for any other run. */
export async function copyRunOf(run: RunView): Promise<RunView | undefined> {
  if (run.records[0]?.type === 'copy') return run;
  const owner = copyOf(run);
  return owner === undefined ? undefined : runStore(stateFolder()).find(owner);
}

/** @throws UsageError the run is a copy, which has several loads */
export function requireNoCopy({ runId, records }: RunView): void {
  if (records[0]?.type !== 'copy') return;
  throw new UsageError(messages.getMessage('error.IsCopy', [runId]), {
    actions: [
      messages.getMessage('action.ResumeCopy', [runId]),
      messages.getMessage('action.RetryCopy', [runId]),
    ],
    data: { runId },
  });
}

/** @throws UsageError a flag that says how one load is resumed or retried was given for a copy */
export function requireFitForCopy(given: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const unfit = names.find((name) => given[name] !== undefined && given[name] !== false);
  if (unfit !== undefined) throw new UsageError(messages.getMessage('error.NotForCopies', [unfit]));
}
