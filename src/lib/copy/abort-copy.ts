import { Bulk2Error } from '../errors.js';
import { Events } from '../events.js';
import { abortLoad } from '../load/abort-load.js';
import { ResultFilesError } from '../load/collect/results-folder.js';
import { endAborted, type AbortOptions } from '../run/abort-run.js';
import type { RunContext } from '../run/context.js';
import { openInterrupted } from '../run/open-interrupted.js';
import { requireOwnOrg } from '../run/org.js';
import { copyOf, isFinished, type RunView } from '../run/store.js';
import { makeRoom, requireSameFolder, writeCopyResults } from './copy-results.js';
import { CopyNotAbortedError, hasBegunLoads } from './model/errors.js';
import { copyHasSent } from './model/has-sent.js';
import type { CopyEvents } from './model/events.js';
import { exportFiles, ownFiles } from './model/own-files.js';
import { closeMaps, CopyJournal, emptyMaps, type CopyWork } from './model/work.js';
import { asReason, endStep, isLost } from './steps/end-step.js';
import { restoreResults } from './steps/restore-results.js';
import { runRounds } from './steps/run-rounds.js';
import { openSurveyed } from './survey/survey-copy.js';

export type AbortCopyOptions = AbortOptions & {
  /** Hears of records of which it can't be known any more whether they were loaded. */
  readonly onWarning?: (text: string) => void;
};

/**
 * Ends an interrupted copy for good: jobs of its current load are aborted, and it can't be resumed any more. What was
 * loaded stays, and is in the files of ids, as after a copy that has finished. Nothing is sent. Can be repeated until it is done.
 * @param context of the org that the copy goes into
 * @throws RunLockedError another process works on it
 * @throws UsageError it goes into another org
 * @throws CopyNotAbortedError what its loads have done can't be collected now
 */
export async function abortCopy(
  { runId }: RunView,
  options: AbortCopyOptions,
  context: RunContext,
): Promise<void> {
  const { store, deadline } = context;
  const { reason, events } = options;
  const opened = await openInterrupted({ runId, deadline, events }, context);
  try {
    await requireOwnOrg(opened.replayed, context);
    const journal = new CopyJournal(opened);
    if (!isFinished(journal.records) && !journal.isAborting)
      await journal.append({ type: 'aborting', at: new Date().toISOString(), reason });
    const mayHaveSent = !isFinished(journal.records) && (await copyHasSent(journal, store));
    const hasIds = mayHaveSent && (await collect(workOn(runId, { journal, context, options }), options));
    for await (const part of store.each()) {
      if (copyOf(part) !== runId || isFinished(part.records)) continue;
      if (part.records[0]?.type === 'load') await abortLoad(part, options, context);
      else await endExportOf(part, options, context);
    }
    await endAborted(opened, reason, hasIds);
    await store.removeFiles(runId, [...ownFiles, exportFiles]);
  } finally {
    await opened.close();
  }
}

/**
 * Collects what the loads have done, and writes which id became which.
 * @returns whether that could be written
 * @throws CopyNotAbortedError
 */
async function collect(work: CopyWork, abort: AbortOptions): Promise<boolean> {
  try {
    await requireSameFolder(work);
    await openSurveyed(work);
    const levels = new Map<string, never>();
    await runRounds({ ...work, levels }, (_, place, step) => endStep(work, place, { step, abort }));
    await restoreResults(work);
    await writeCopyResults(work);
    return true;
  } catch (cause) {
    if (isLost(cause)) {
      const why = `Which id became which can't be written: ${asReason(cause.message)}`;
      work.events.emit('warning', `${why} What was loaded is in the target.`);
      return false;
    }
    if (!(cause instanceof Bulk2Error)) throw cause;
    throw new CopyNotAbortedError(`The copy ${work.runId} isn't aborted yet: ${cause.message}`, {
      actions: [
        // A load would have it resumed.
        ...(cause instanceof ResultFilesError ? [makeRoom] : cause.actions),
        `Nothing more of it is sent. To abort it, repeat: sf bulk2 job abort --id ${work.runId}`,
      ],
      cause,
      data: { runId: work.runId },
    });
  } finally {
    closeMaps(work);
  }
}

type Aborting = {
  readonly journal: CopyJournal;
  readonly context: RunContext;
  readonly options: AbortCopyOptions;
};

function workOn(runId: string, { journal, context, options }: Aborting): CopyWork {
  const events = new Events<CopyEvents>();
  events.on('warning', (text) => options.onWarning?.(text));
  return {
    runId,
    journal,
    contexts: { target: context },
    events,
    wait: 'end',
    ...emptyMaps(),
    agree: undefined,
  };
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
