import { randomUUID } from 'node:crypto';
import type { OrgApi } from '../api/port.js';
import { withRetry } from '../api/retry.js';
import type { Events } from '../events.js';
import { isThere } from '../files/file-facts.js';
import { haveSamePath } from '../files/real-paths.js';
import { findKept } from '../jobs/find-kept.js';
import type { RunContext } from '../run/context.js';
import type { JournalRecord } from '../run/record.js';
import { isFinished, type RunView } from '../run/store.js';
import { closedJobsOf, jobsToAsk, unfitJobsIn, type ClosedJobs } from './anew/closed-jobs.js';
import { collectAll } from './anew/collect-all.js';
import { noteLeftAnew } from './collect/left-rows.js';
import { nameFile, requireFree } from './collect/name-file.js';
import { perFile } from './collect/result-files.js';
import { namesOf, partialsOf, removePartials } from './collect/result-paths.js';
import type { InputNow } from './anew/input-now.js';
import { withInput } from './anew/input-again.js';
import { runLoad } from './load.js';
import type { LoadEvents } from './model/events.js';
import { requireResultsFolder } from './model/request.js';
import type { CollectOutcome, PerResultFile } from './model/result-sets.js';
import { inputRowsOf, roundsOf, rowsOf } from './model/rounds.js';
import { loadStatusOf, type LoadStatus } from './model/status.js';
import type { LoadWork } from './model/work.js';
import { journalToCollect, requireAllSent } from './anew/records-to-collect.js';
import { unknownRows } from './anew/unknown-rows.js';

export type CollectAnewOptions = {
  /** Absolute. */
  readonly resultsDir: string;
  /** Files of the load that are in this folder, and stay what they are; null where there is none. */
  readonly keep: PerResultFile<string | null>;
  readonly events: Events<LoadEvents>;
};

/**
 * Collects the results of a load whose jobs were all sent, into the folder that the load has for them: whoever resumed it
 * would find its own files taken by any others. Nothing is sent. Throws as `collectAnew` does.
 * @returns undefined for a load that has ended, or has another folder: `collectAnew` brings its results
 */
export async function collectIntoOwnFolder(
  run: RunView,
  { resultsDir, events }: CollectAnewOptions,
  context: RunContext,
): Promise<LoadStatus | undefined> {
  const [plan] = roundsOf(run.records);
  if (isFinished(run.records) || plan.ofCopy !== undefined) return undefined;
  if (!(await haveSamePath([plan.resultsDir], [resultsDir]))) return undefined;
  requireAllSent(run);
  return runLoad(run, { events, wait: { timeoutMs: 0 } }, context);
}

/**
 * Collects the results of a load from the org once more, those of all of its jobs, into a set of files. Nothing is sent, and
 * nothing of the load is changed: its journal and its own result files stay what they are. Rows that were set aside are in no job,
 * and come from the load's own file. Of an aborted load, rows that were in no closed job are in no file: they are counted. So are
 * those of jobs that the org has deleted, or whose results don't add up: nobody knows what became of them.
 * @throws UsageError rows of the load may still be sent, so that nobody can tell which are unprocessed
 * @throws PollingTimeoutError a job has not ended
 * @throws JobGoneError the org has deleted all jobs
 * @throws RowCountError no rows can be accounted for
 * @throws ResultFilesTakenError the results would take the place of files that are there
 */
export async function collectAnew(
  run: RunView,
  options: CollectAnewOptions,
  context: RunContext,
): Promise<LoadStatus> {
  const { resultsDir, events } = options;
  requireAllSent(run);
  await requireResultsFolder(resultsDir, randomUUID());
  const { retryPolicy, signal } = context;
  const api = withRetry(context.api, (notice) => events.emit('retry', notice), retryPolicy);
  const found = await findKept(api, jobsToAsk(run), signal);
  const unfit = new Map<string, Error>();
  return withInput(run.records, { resultsDir, context }, async (input) => {
    for (;;) {
      const sent = closedJobsOf(run, found, unfit);
      const [first] = sent.lost;
      if (first !== undefined && sent.lost.length === sent.jobIds.length) throw first.error;
      try {
        return await collectSent(run, sent, { ...options, api, input, context });
      } catch (error) {
        const more = [...unfitJobsIn(error)].filter(([id]) => sent.jobIds.includes(id) && !unfit.has(id));
        if (more.length === 0) throw error;
        for (const [id, cause] of more) unfit.set(id, cause);
      }
    }
  });
}

type Collecting = CollectAnewOptions & {
  readonly api: OrgApi;
  readonly input: InputNow;
  readonly context: RunContext;
};

async function collectSent(
  run: RunView,
  sent: ClosedJobs,
  { resultsDir, keep, events, api, input, context }: Collecting,
): Promise<LoadStatus> {
  const [plan] = roundsOf(run.records);
  // Only what the load itself has collected can be retried.
  const wasCollected = loadStatusOf(run.runId, run.records)?.files !== undefined;
  const isAborted = isFinished(run.records) && !wasCollected;
  // Rows without a job go where the input still has them.
  const left = input.isThere && !isAborted ? [] : sent.left;
  const neverSent = rowsOf(left);
  const hasSetAside = plan.setAside !== undefined && (await isThere(plan.setAside.path));
  const journal = journalToCollect({ ...sent, left }, { resultsDir, input, hasSetAside });
  const work = workOn(journal, { api, events, context, firstJobId: sent.jobIds[0] });
  const taken = Object.values(keep);
  const free = Object.entries(namesOf(work)).filter(([, name]) => !taken.includes(name));
  await requireFree(Object.fromEntries(free), elsewhere);
  try {
    const { files, outcome } = await collectAll(work, sent);
    const rows = { success: outcome.successful, ...outcome };
    const { store } = context;
    const ofRun = (name: string): string => store.pathFor(run.runId, name);
    if (wasCollected) await noteLeftAnew(plan, { files, rows, pathFor: ofRun });
    await perFile(async (set) => {
      const name = outcome.paths[set];
      if (name !== null && name !== keep[set]) await nameFile(files[set], name, elsewhere);
    });
    const status = statusOf(wasCollected ? run.runId : '', journal.records, outcome);
    const inFiles = hasSetAside ? inputRowsOf(plan) : plan.rows;
    const unknown = await unknownRows(sent, outcome, inFiles - neverSent);
    return {
      ...status,
      jobIds: sent.jobIds,
      ...(neverSent === 0 ? {} : { neverSent }),
      ...(unknown === undefined ? {} : { unknown }),
      ...(input.isThere ? {} : { withoutInput: input.why }),
    };
  } finally {
    await removePartials(partialsOf(work));
  }
}

const elsewhere = ['Or put the results into another folder: --results-dir FOLDER.'];

function workOn(
  journal: LoadWork['journal'],
  { api, events, context, firstJobId }: Pick<LoadWork, 'api' | 'events' | 'context' | 'firstJobId'>,
): LoadWork {
  return {
    // Its partial files are none of the load's own.
    runId: randomUUID(),
    journal,
    context,
    api,
    events,
    signal: context.signal ?? journal.lost,
    wait: 'end',
    deadline: context.deadline,
    firstRetryWaitMs: 0,
    firstJobId,
  };
}

/** As of a load that has ended with these results. */
function statusOf(runId: string, records: readonly JournalRecord[], outcome: CollectOutcome): LoadStatus {
  const status = loadStatusOf(runId, [
    ...records,
    { type: 'complete', summary: outcome },
    { type: 'done', at: new Date().toISOString(), summary: undefined },
  ]);
  if (status === undefined) throw new TypeError('This run is not a load.');
  return status;
}
