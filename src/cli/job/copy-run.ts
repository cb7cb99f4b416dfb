import { Messages } from '@salesforce/core';
import { copyStatusOf, hasLeftRows, type CopyStatus } from '../../lib/copy/account.js';
import { UsageError } from '../../lib/errors.js';
import { copyOf, runStore, type RunView } from '../../lib/run/store.js';
import { goOnText } from '../go-on-text.js';
import { stateFolder } from '../org-context.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

/** The copy that a run is, or is a part of; undefined for any other run. */
export async function copyRunOf(run: RunView): Promise<RunView | undefined> {
  if (run.records[0]?.type === 'copy') return run;
  const owner = copyOf(run);
  return owner === undefined ? undefined : runStore(stateFolder()).find(owner);
}

/** @throws UsageError the run is a copy, which has several loads; with the ways that lead on from where it stands */
export function requireNoCopy({ runId, records }: RunView): void {
  if (records[0]?.type !== 'copy') return;
  throw new UsageError(messages.getMessage('error.IsCopy', [runId]), {
    actions: waysOn(copyStatusOf(runId, records)),
    data: { runId },
  });
}

function waysOn(status: CopyStatus): string[] {
  const { runId, isAborted, isFinished, hasIds, plan } = status;
  const report = messages.getMessage('action.CopyReport', [runId]);
  if (isAborted) return [report, ...(hasIds ? goOnText(plan) : [])];
  if (!isFinished) return [messages.getMessage('action.ResumeCopy', [runId])];
  return [report, ...(hasLeftRows(status) ? [messages.getMessage('action.RetryCopy', [runId])] : [])];
}

/** @throws UsageError a flag that says how one load is resumed or retried was given for a copy */
export function requireFitForCopy(given: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const unfit = names.find((name) => given[name] !== undefined && given[name] !== false);
  if (unfit !== undefined) throw new UsageError(messages.getMessage('error.NotForCopies', [unfit]));
}
