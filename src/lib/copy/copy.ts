import type { Events } from '../events.js';
import { InputError, UsageError } from '../errors.js';
import { openInterrupted } from '../run/open-interrupted.js';
import { orgOf, requireOwnOrg } from '../run/org.js';
import type { CopyPlan } from '../run/copy-record.js';
import { journalVersion } from '../run/record.js';
import { isFinished, type RunView } from '../run/store.js';
import type { WaitFor } from '../jobs/deadline.js';
import { requireCopyFolder, writeCopyResults } from './copy-results.js';
import { beginAfterOthers, requireNoneBegun } from './others/begun-before.js';
import { knownOfOthers } from './others/known-of-others.js';
import { tellCreatedBefore } from './others/tell-created.js';
import { lookForOthers } from './others/retry-after-others.js';
import { besideNoLoad } from './retry/inserted-rows.js';
import { takeEdits } from './retry/take-edits.js';
import { copyStatusOf, hasLeftRows, type CopyStatus } from './model/status.js';
import type { CopyEvents } from './model/events.js';
import { dropUnsent } from './abort-copy.js';
import { findOwners } from './match/find-owners.js';
import { exportObjects } from './source/export-objects.js';
import { requireKnownIds } from './match/known-ids.js';
import { writeOutputFolder } from './folder/output-folder.js';
import { restoreResults } from './steps/restore-results.js';
import { runRounds } from './steps/run-rounds.js';
import { surveyCopy } from './survey/survey-copy.js';
import { closeMaps, CopyJournal, emptyMaps, type AskForCopy, type CopyWork } from './model/work.js';
import { untilLost, withinCopyWait, type CopyContexts } from './model/contexts.js';
import { exportFiles, ownFiles } from './model/own-files.js';

/** How a copy is followed. */
export type CopyOptions = {
  readonly events: Events<CopyEvents>;
  readonly wait?: WaitFor;
  /** Awaited before anything is sent, where the plan does not say that nobody need be asked. Throws to send nothing. */
  readonly agree?: AskForCopy;
};

/**
 * Copies records of related objects: exports them, finds out what is to be sent, asks, and loads object after object,
 * parents first.
 * @throws UsageError nothing can be sent, the folder for the results takes no files, or an unfinished copy creates the same
 * @throws UnpairedResultsError results are of rows that can't be told apart; what depends on them was not sent
 * @throws PollingTimeoutError | RowCountError, and what exports and loads throw
 */
export function startCopy(plan: CopyPlan, options: CopyOptions, contexts: CopyContexts): Promise<CopyStatus> {
  return withinCopyWait(options.wait ?? plan.wait ?? 'end', contexts, async (within) => {
    const { store } = within.target;
    await store.prune();
    const org = await orgOf(within.target);
    const source = within.source === undefined ? {} : { source: await orgOf(within.source) };
    await requireNoneBegun({ plan, org, ...source }, within.target);
    for (const text of await knownOfOthers({ plan, org, ...source }, within.target))
      options.events.emit('warning', text);
    const runId = await store.begin();
    try {
      await requireKnownIds(plan);
      await requireCopyFolder(plan, runId);
    } catch (error) {
      await store.remove(runId);
      throw error;
    }
    const opened = await store.open(runId);
    try {
      const journal = new CopyJournal(opened);
      const at = new Date().toISOString();
      await journal.append({ type: 'copy', version: journalVersion, at, org, ...source, plan });
      return await runFrom(runId, journal, { options, contexts: within });
    } finally {
      await opened.close();
    }
  });
}

/**
 * Resumes an interrupted copy from where its journal stands. Of one that has finished nothing is sent.
 * @param options `isRetry` sends the records that failed, were not processed, or were held, in a further round; `encoding` is that
 *   of their files where they are no longer in UTF-8
 * @throws as `startCopy`; UsageError it is of another org, or there is nothing to retry
 */
export function resumeCopy(
  { runId }: Pick<RunView, 'runId'>,
  options: CopyOptions & { readonly isRetry?: boolean; readonly encoding?: string | undefined },
  contexts: CopyContexts,
): Promise<CopyStatus> {
  return withinCopyWait(options.wait ?? 'end', contexts, async (within) => {
    const { target } = within;
    const opened = await openInterrupted(
      { runId, deadline: target.deadline, events: options.events },
      target,
    );
    try {
      await requireOwnOrg(opened.replayed, target);
      const journal = new CopyJournal(opened);
      if (journal.isAborting && !isFinished(journal.records)) throw isBeingAborted(runId);
      if (options.isRetry === true)
        await beginRound({ runId, journal, contexts: within, events: options.events }, options.encoding);
      if (isFinished(journal.records)) return copyStatusOf(runId, journal.records);
      return await runFrom(runId, journal, { options, contexts: within });
    } finally {
      await opened.close();
    }
  });
}

function isBeingAborted(runId: string): UsageError {
  return new UsageError(`The copy ${runId} was about to be aborted, and can't be resumed.`, {
    actions: [`Abort it to the end: sf bulk2 job abort --id ${runId}`],
    data: { runId },
  });
}

/**
 * The copy on one screen. `planCopy` has held the plan against both orgs before. The records are exported, and owners found by
 * their names; a survey finds out which records the target has, and what becomes of each; somebody agrees; then object after
 * object is loaded, parents first, and lookups of circles are filled at the end. Each part begins where the journal says that
 * it stopped, and does nothing where it is done.
 */
async function run(work: CopyWork): Promise<CopyStatus> {
  const { journal } = work;
  await exportObjects(work);
  if (journal.plan.output !== undefined) {
    await writeOutputFolder(work);
    return finish(work);
  }
  await findOwners(work);
  const levels = await surveyCopy(work);
  await requireAgreement(work);
  await runRounds({ ...work, levels });
  await restoreResults(work);
  await writeCopyResults(work);
  return finish(work);
}

async function finish({ journal, contexts, runId }: CopyWork): Promise<CopyStatus> {
  await journal.append({ type: 'done', at: new Date().toISOString(), summary: undefined });
  const status = copyStatusOf(runId, journal.records);
  const { store } = contexts.target;
  // What is left can be retried, and is made of the export again.
  if (!hasLeftRows(status)) await store.removeFiles(runId, [...ownFiles, exportFiles]);
  return status;
}

/** @throws UsageError another copy of the same has begun meanwhile; and what whoever is asked throws */
async function requireAgreement(work: CopyWork): Promise<void> {
  const { runId, journal, contexts, events, agree } = work;
  const { plan, surveyed, owners, records } = journal;
  if (surveyed === undefined || records.some(({ type }) => type === 'agreed')) return;
  await tellCreatedBefore(work);
  await agree?.({ plan, owners, ...surveyed });
  const [first] = records;
  if (first?.type !== 'copy') return;
  await beginAfterOthers({ ...first, runId }, contexts.target, () => journal.append({ type: 'agreed' }));
  if (!plan.isAgreed) events.emit('resumable', { runId });
}

/** @throws UsageError nothing is left to retry, or a file that was fixed can't be sent as it is now; InputError, too */
async function beginRound(
  work: Pick<CopyWork, 'runId' | 'journal' | 'contexts' | 'events'>,
  encoding: string | undefined,
): Promise<void> {
  const { journal } = work;
  if (!isFinished(journal.records)) {
    work.events.emit('warning', resumedInstead(work));
    return;
  }
  if (!hasLeftRows(copyStatusOf('', journal.records))) {
    throw new UsageError('Every record of this copy was loaded: nothing is left to retry.');
  }
  await lookForOthers(work);
  const round = journal.round + 1;
  const { edits, sent } = await takeEdits(work, round, encoding);
  await besideNoLoad(work, sent, () =>
    journal.append({ type: 'round', at: new Date().toISOString(), round, edits }),
  );
}

/** What a retry does with a copy that hasn't finished: nobody knows yet what it leaves. */
function resumedInstead({ runId, journal }: Pick<CopyWork, 'runId' | 'journal'>): string {
  const resumed =
    journal.round === 0
      ? `The copy ${runId} hasn't finished: it is resumed.`
      : `A retry of the copy ${runId} was interrupted: it is resumed, with the rows as they were in their files when it began.`;
  return `${resumed} To retry what is left then: sf bulk2 job retry --id ${runId}`;
}

async function runFrom(
  runId: string,
  journal: CopyJournal,
  { options, contexts }: { readonly options: CopyOptions; readonly contexts: CopyContexts },
): Promise<CopyStatus> {
  const { events, agree } = options;
  const work: CopyWork = {
    runId,
    journal,
    contexts: untilLost(contexts, journal.lost),
    events,
    wait: 'end',
    ...emptyMaps(),
    agree,
  };
  events.emit('begun', { runId });
  if (isResumable(journal)) events.emit('resumable', { runId });
  try {
    return await run(work);
  } catch (error) {
    // The error that is known is told, whatever becomes of this.
    if (!isResumable(journal) || isRefusal(error)) await dropUnsent(work).catch(() => undefined);
    throw error;
  } finally {
    closeMaps(work);
  }
}

/** Whether nobody has to be asked, any more, before it goes on. */
function isResumable({ plan, records }: CopyJournal): boolean {
  return plan.isAgreed || plan.output !== undefined || records.some(({ type }) => type === 'agreed');
}

/** What will be refused again. */
function isRefusal(error: unknown): boolean {
  return error instanceof UsageError || error instanceof InputError;
}

// What the command line needs of the rooms below.
export type { CopyContexts } from './model/contexts.js';
export type { CopyEvents, CreatedBefore } from './model/events.js';
export type { AskForCopy } from './model/work.js';
