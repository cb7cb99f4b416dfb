import { isDeepStrictEqual } from 'node:util';
import { withRetry } from '../api/retry.js';
import { UsageError, type ErrorDetail } from '../errors.js';
import type { Events } from '../events.js';
import { JobFailedError } from '../jobs/errors.js';
import type { RunContext } from '../run/context.js';
import { JournalWriteError } from '../run/errors.js';
import { openInterrupted } from '../run/open-interrupted.js';
import { orgOf, requireOwnOrg } from '../run/org.js';
import { journalVersion, type SourceFile } from '../run/record.js';
import { isFinished, type RunView } from '../run/store.js';
import type { WaitFor } from '../jobs/deadline.js';
import { withinWait } from '../run/within-wait.js';
import { collectRound } from './collect/collect-round.js';
import { completeResults, hasCompleteResults, nameResults } from './collect/complete.js';
import { requireUnconverted } from './converted-before.js';
import { besideNoOther, type LoadRecord } from './loaded-otherwise.js';
import { moveResults, requireResultsFolderOf } from './collect/results-folder.js';
import { requireResultsFolder } from './model/request.js';
import { failedRowsAllowed, type FailureLimit } from './model/brake.js';
import { copiesOfInput, type LoadWork } from './model/work.js';
import { workStatus } from './model/work-status.js';
import type { LoadEvents } from './model/events.js';
import { LoadRefusedError } from './model/halt.js';
import { inputRowsOf } from './model/rounds.js';
import { LoadJournal } from './model/load-journal.js';
import type { PlannedLoad } from './plan/plan.js';
import { planRetry } from './retry/retry.js';
import { skipModified } from './skip-modified.js';
import { loadStatusOf, rowsToRetry, type LoadStatus } from './model/status.js';
import { fallBackToUncompressed, rememberRefusal, withoutRefusedCompression } from './upload/uncompressed.js';
import { lookAtClosedJobs } from './upload/look-at-closed.js';
import { uploadRound } from './upload/upload-round.js';

/** How a load is followed. */
export type LoadOptions = {
  readonly events: Events<LoadEvents>;
  /** Default: what the plan says, and to the end for a load that is resumed. */
  readonly wait?: WaitFor;
  /** Absolute; gets the result files instead of the folder that the load began with. */
  readonly resultsDir?: string;
  /** Of a load that is started. Default: what the plan says. */
  readonly maxFailures?: FailureLimit;
  /** Where the inputs of a load that is resumed are now, with the same bytes as when it was planned. */
  readonly sources?: readonly SourceFile[];
  /** Milliseconds before the first retry; three times as long before each further one. Default 5,000. */
  readonly firstRetryWaitMs?: number;
  /** Awaited once a load that is started is on disk, where others find it, and before anything is sent. */
  readonly onBegun?: (() => Promise<void>) | undefined;
};

type RunOptions = LoadOptions & {
  /** Awaited once a load that is resumed is open, before it goes on. */
  readonly onResumed?: (work: LoadWork) => Promise<void>;
};

/**
 * Runs a planned load to its end: upload, wait, collect, and again for rows that may succeed on retry.
 * @returns the load as it stands: finished, or accepted when that was to be waited for
 * @throws PollingTimeoutError | JobFailedError | RowCountError | InputChangedError, and what the API port throws
 * @throws UsageError the folder for the results takes no files, or a load of the same rows must come first; nothing was sent
 */
export async function startLoad(
  planned: PlannedLoad,
  options: LoadOptions,
  context: RunContext,
): Promise<LoadStatus> {
  return requireComplete(await runLoad(planned, options, context));
}

/**
 * Resumes an interrupted load, whoever began it, from where its journal stands. Of a load that has finished nothing is
 * sent again. Throws as `startLoad` does.
 * @throws UsageError it began in another org
 * @throws RunLockedError another process works on it
 */
export async function resumeLoad(
  run: RunView,
  options: LoadOptions,
  context: RunContext,
): Promise<LoadStatus> {
  return requireComplete(await runLoad(run, options, context));
}

/** Both of them, but a job that failed as a whole is told in the status and not thrown. */
export function runLoad(
  load: PlannedLoad | RunView,
  options: RunOptions,
  context: RunContext,
): Promise<LoadStatus> {
  const wait = options.wait ?? ('plan' in load ? load.plan.wait : undefined) ?? 'end';
  return withinWait(wait, context, (bounded) => openAndRun(load, { ...options, wait }, bounded));
}

async function openAndRun(
  load: PlannedLoad | RunView,
  options: RunOptions & { readonly wait: WaitFor },
  context: RunContext,
): Promise<LoadStatus> {
  const { runId } = load;
  const { deadline } = context;
  const isNew = 'plan' in load;
  const journal = isNew
    ? await begin(load, options, context)
    : new LoadJournal(await openInterrupted({ runId, deadline, events: options.events }, context));
  try {
    if (isNew) await options.onBegun?.();
    const work = workOn(runId, { journal, options, context });
    if (!isNew) await prepareToResume(work, options);
    if (isFinished(journal.records)) return workStatus(work);
    if (!isNew) await options.onResumed?.(work);
    return await run(work);
  } finally {
    await journal.close();
  }
}

/**
 * The load on one screen. `planLoad` has read, checked and cut the input before. Each round uploads its parts and closes their
 * jobs, waits for the jobs and collects their results, and is followed by another one for rows that may succeed on retry; then
 * the rows of all rounds are brought together and get their names. Each step begins where the journal says that it
 * stopped, and does nothing where it is done.
 */
async function run(work: LoadWork): Promise<LoadStatus> {
  const { journal } = work;
  for (const round of journal.rounds) work.events.emit('planned', round, work.runId);
  if (journal.halt?.cause === 'refused') work.events.emit('halted', journal.halt);
  if (journal.replayed.length > 0) await tellStanding(work);
  do {
    while (!hasCompleteResults(journal)) {
      await uploadRound(work);
      // Where nothing was sent there is nothing to wait for.
      if (work.wait === 'accepted' && journal.rounds[0].rows > 0) return workStatus(work);
      if (await fallBackToUncompressed(work)) continue;
      await collectRound(work);
      if (await planRetry(work)) continue;
      await completeResults(work);
    }
    await nameResults(work);
  } while (!hasCompleteResults(journal));
  await rememberRefusal(work);
  await journal.append({ type: 'done', at: new Date().toISOString(), summary: undefined });
  await work.context.store.removeFiles(work.runId, copiesOfInput);
  return workStatus(work);
}

/** Tells what the org has processed before a resume. */
async function tellStanding(work: LoadWork): Promise<void> {
  const infos = await lookAtClosedJobs(work);
  const status = loadStatusOf(work.runId, work.journal.records, infos);
  if (status !== undefined) work.events.emit('resumed', { processed: status.processed });
}

/**
 * Writes the first record of a load, by which others find it.
 * @throws UsageError another load has its rows, or there is no room for the journal; nothing was sent
 */
async function begin(load: PlannedLoad, options: LoadOptions, context: RunContext): Promise<LoadJournal> {
  const { runId } = load;
  const { store } = context;
  const first = await firstRecord(load, options, context);
  return besideNoOther(first, context, async () => {
    await requireUnconverted(load.plan, store);
    const journal = new LoadJournal(await store.open(runId));
    try {
      await journal.append(first);
      return journal;
    } catch (error) {
      await journal.close();
      throw error instanceof JournalWriteError ? new UsageError(error.message, error) : error;
    }
  }).catch(async (error: unknown) => {
    await store.remove(runId);
    throw error;
  });
}

/** @throws UsageError the folder for the results takes no files */
async function firstRecord(
  { runId, plan: planned }: PlannedLoad,
  { maxFailures }: LoadOptions,
  context: RunContext,
): Promise<LoadRecord> {
  const plan =
    maxFailures === undefined
      ? planned
      : { ...planned, maxFailures: failedRowsAllowed(maxFailures, planned.rows) };
  if (inputRowsOf(plan) > 0) await requireResultsFolder(plan.resultsDir, runId);
  return {
    type: 'load',
    version: journalVersion,
    at: new Date().toISOString(),
    org: await orgOf(context),
    plan: await withoutRefusedCompression(plan, context),
  };
}

/** @throws UsageError the load began in another org, or the folder for its results takes no files */
async function prepareToResume(work: LoadWork, { resultsDir, sources }: LoadOptions): Promise<void> {
  const { records, rounds } = work.journal;
  if (!isFinished(records)) await requireResultsFolderOf(work, resultsDir);
  await requireOwnOrg(records, work.context);
  if (isFinished(records)) return;
  await skipModified(work);
  if (resultsDir !== undefined) await moveResults(work, resultsDir);
  if (sources !== undefined && !isDeepStrictEqual(sources, rounds[0].sources)) {
    await work.journal.append({ type: 'sources', sources });
  }
}

type Setup = {
  readonly journal: LoadJournal;
  readonly options: LoadOptions & { readonly wait: WaitFor };
  readonly context: RunContext;
};

function workOn(runId: string, { journal, options, context }: Setup): LoadWork {
  const { events, wait, firstRetryWaitMs = 5_000 } = options;
  const { deadline, retryPolicy, signal } = context;
  return {
    runId,
    journal,
    context,
    api: withRetry(context.api, (notice) => events.emit('retry', notice), retryPolicy),
    events,
    signal: AbortSignal.any([journal.lost, ...(signal === undefined ? [] : [signal])]),
    wait,
    deadline,
    firstRetryWaitMs,
  };
}

/**
 * The rows of what has failed as a whole are in the result files all the same.
 * @throws LoadRefusedError the org has refused to take all of the load
 * @param isRetried whether another load has retried what did not succeed
 * @throws JobFailedError a job ended as a whole
 */
export function requireComplete(status: LoadStatus, isRetried = false): LoadStatus {
  if (status.halt?.cause === 'refused')
    throw new LoadRefusedError(status.halt, status.jobIds.length > 0, afterRefusal(status, isRetried));
  const hasFailed = status.state === 'Failed' || status.state === 'Aborted';
  const broken = hasFailed ? status.jobs.findLast(({ state }) => state === status.state) : undefined;
  if (broken !== undefined) throw new JobFailedError(broken, afterFailure(status, isRetried));
  return status;
}

function afterRefusal(status: LoadStatus, isRetried: boolean): ErrorDetail {
  if (status.files !== undefined) return afterFailure(status, isRetried);
  if (status.jobIds.length === 0) return {};
  return { actions: [`Collect the results of what it took: sf bulk2 job resume --id ${status.jobIds[0]}`] };
}

function afterFailure(status: LoadStatus, isRetried: boolean): ErrorDetail {
  const { runId, jobIds, files } = status;
  if (files === undefined) return {};
  // Only a load of this library knows its rows well enough to send them again.
  const canRetry = runId !== '' && !isRetried && rowsToRetry(status) > 0;
  const names = Object.values(files).filter((path) => path !== null);
  return {
    actions: [
      `See the result of every row: ${names.join(', ')}`,
      ...(canRetry
        ? [`Retry those that did not succeed: sf bulk2 job retry --id ${jobIds[0] ?? runId}`]
        : []),
    ],
    data: {
      successFilePath: files.success,
      failedFilePath: files.failed,
      unprocessedFilePath: files.unprocessed,
    },
  };
}

// What the command line and other callers need of the rooms below.
export type { InputFormat } from '../input/format.js';
export { type ErrorGroup, ErrorGroups, type ErrorSample } from './model/error-groups.js';
export type { LoadEvents } from './model/events.js';
export { type Halt, LoadRefusedError } from './model/halt.js';
export { partStates } from './model/part-state.js';
export {
  type DuplicateKeys,
  type LoadInput,
  type LoadRequest,
  mostJobBytes,
  requireResultsFolder,
} from './model/request.js';
export { ResultFilesTakenError } from './collect/name-file.js';
export type { ResultFinding } from './model/result-finding.js';
export type { CollectOutcome, PerResultFile } from './model/result-sets.js';
export { inputRowsOf } from './model/rounds.js';
export { type LoadStatus, type PartJob, loadStatusOf, rowsToRetry, statusOf } from './model/status.js';
export { inputOf } from './left-files.js';
export { requireUnconverted } from './converted-before.js';
export { requireNotRetriedFiles } from './loaded-otherwise.js';
export { repeatedFiles } from './plan/inputs.js';
export { type PlannedLoad, planLoad } from './plan/plan.js';
export { uploadBytes } from './upload/part-body.js';
