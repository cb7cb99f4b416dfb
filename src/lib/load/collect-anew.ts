import { randomUUID } from 'node:crypto';
import type { OrgApi } from '../api/port.js';
import { withRetry } from '../api/retry.js';
import { delimiterCharacters } from '../api/types.js';
import { UsageError } from '../errors.js';
import type { Events } from '../events.js';
import { haveSamePath } from '../files/real-paths.js';
import { findKept } from '../jobs/find-kept.js';
import type { RunContext } from '../run/context.js';
import type { Journal } from '../run/journal.js';
import { journalVersion, type JournalRecord, type LoadPlan } from '../run/record.js';
import { isFinished, nameOfRun, type RunView } from '../run/store.js';
import { closedJobsOf, jobsToAsk, unfitJobsIn, type ClosedJobs } from './closed-jobs.js';
import { inputNow, type InputNow } from './input-now.js';
import { unknownRows } from './unknown-rows.js';
import { collectRound, type CollectedRound } from './collect/collect-round.js';
import { createdIn, errorGroupsIn, outcomeOf } from './collect/complete.js';
import { joinKnown } from './collect/join-known.js';
import { joinRounds } from './collect/join-rounds.js';
import { noteLeftAnew } from './collect/left-rows.js';
import { nameFile, requireFree } from './collect/name-file.js';
import { perFile } from './collect/result-files.js';
import {
  joinedFailures,
  joinedUnprocessed,
  namesOf,
  partialsOf,
  removePartials,
} from './collect/result-paths.js';
import type { CollectOutcome, PerResultFile } from './model/result-sets.js';
import type { LoadEvents } from './model/events.js';
import { LoadJournal } from './model/load-journal.js';
import { requireResultsFolder } from './model/request.js';
import { roundsOf, rowsOf } from './model/rounds.js';
import { runLoad } from './load.js';
import { loadStatusOf, partJobsOf, type LoadStatus } from './model/status.js';
import type { LoadWork } from './model/work.js';

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
 * and not in the files. Of an aborted load, nor are rows that were in no closed job: they are counted. So are those of jobs that
 * the org has deleted, or whose results don't add up: nobody knows what became of them.
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
  const input = await inputNow(run.records);
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
  // Only what the load itself has collected can be retried.
  const wasCollected = loadStatusOf(run.runId, run.records)?.files !== undefined;
  const isAborted = isFinished(run.records) && !wasCollected;
  // Rows without a job go where the input still has them.
  const left = input.isThere && !isAborted ? [] : sent.left;
  const { records, neverSent } = recordsToCollect({ ...sent, left }, { resultsDir, input });
  const journal = new LoadJournal(inMemory(records));
  const { deadline, signal, store } = context;
  const ofRun = (name: string): string => store.pathFor(run.runId, name);
  const work: LoadWork = {
    // Its partial files are none of the load's own.
    runId: randomUUID(),
    journal,
    context,
    api,
    events,
    signal: signal ?? journal.lost,
    wait: 'end',
    deadline,
    firstRetryWaitMs: 0,
    firstJobId: sent.jobIds[0],
  };
  const taken = Object.values(keep);
  const free = Object.entries(namesOf(work)).filter(([, name]) => !taken.includes(name));
  await requireFree(Object.fromEntries(free), elsewhere);
  try {
    const { files, outcome } = await collectAll(work, sent);
    const rows = { success: outcome.successful, ...outcome };
    if (wasCollected) await noteLeftAnew(roundsOf(run.records)[0], { files, rows, pathFor: ofRun });
    await perFile(async (set) => {
      const name = outcome.paths[set];
      if (name !== null && name !== keep[set]) await nameFile(files[set], name, elsewhere);
    });
    const ended: readonly JournalRecord[] = [
      ...journal.records,
      { type: 'complete', summary: outcome },
      { type: 'done', at: new Date().toISOString(), summary: undefined },
    ];
    const status = loadStatusOf(wasCollected ? run.runId : '', ended);
    if (status === undefined) throw new TypeError('This run is not a load.');
    const unknown = await unknownRows(sent, outcome, roundsOf(run.records)[0].rows - neverSent);
    return {
      ...status,
      jobIds: sent.jobIds,
      ...(neverSent === 0 ? {} : { neverSent }),
      ...(unknown === undefined ? {} : { unknown }),
      ...(input.isThere ? {} : { isWithoutInput: true }),
    };
  } finally {
    await removePartials(partialsOf(work));
  }
}

const elsewhere = ['Or put the results into another folder: --results-dir FOLDER.'];

/**
 * Where rows may still go into a job, no file may call them unprocessed.
 * @throws UsageError they may
 */
function requireAllSent(run: RunView): void {
  if (isFinished(run.records)) return;
  const jobs = partJobsOf(run.records);
  const { plan } = loadStatusOf(run.runId, run.records) ?? {};
  const isSent = jobs.every(({ state }) => state !== 'Open');
  if (isSent && (plan?.retries ?? 0) === 0 && plan?.compress !== true) return;
  const name = nameOfRun(run);
  const resumed = plan?.ofCopy ?? name;
  const why = isSent ? 'rows of it may be retried' : 'rows of it are still to be sent';
  throw new UsageError(`The load of job ${name} isn't finished: ${why}.`, {
    actions: [
      `Resume it, which collects the results of all of its jobs: sf bulk2 job resume --id ${resumed}`,
      `Or end it, and get the results then: sf bulk2 job abort --id ${resumed}`,
    ],
    data: { jobId: name },
  });
}

/** A load as it was before anything was collected, without the parts that are left, and those that are lost. */
function recordsToCollect(
  { records, left, lost }: ClosedJobs,
  { resultsDir, input }: { readonly resultsDir: string; readonly input: InputNow },
): { readonly records: readonly JournalRecord[]; readonly neverSent: number } {
  const [first] = records;
  if (first?.type !== 'load') throw new TypeError('This run is not a load.');
  const neverSent = rowsOf(left);
  const without = new Set([...left, ...lost.map(({ part }) => part)].map(({ index }) => index));
  const cut = (plan: LoadPlan): LoadPlan => {
    const parts = plan.parts.filter(({ index }) => !without.has(index));
    return {
      ...plan,
      parts,
      rows: plan.rows - rowsOf(plan.parts.filter(({ index }) => without.has(index))),
      // What was not uploaded is beside copies of the input, which are removed with the end of the load.
      keptColumns: input.isThere ? plan.keptColumns : undefined,
      setAside: undefined,
    };
  };
  const kept = records.slice(1).flatMap((record): JournalRecord[] => {
    if (collectRecords.has(record.type)) return [];
    if (record.type !== 'skip') return [record];
    const parts = record.parts.filter(({ index }) => !without.has(index));
    return [{ ...record, parts, setAside: { ...record.setAside, rows: 0, errors: [] } }];
  });
  return {
    records: [
      { ...first, version: journalVersion, plan: cut(first.plan) },
      ...kept,
      ...(input.sources === undefined ? [] : [{ type: 'sources', sources: input.sources } as const]),
      { type: 'results', dir: resultsDir },
    ],
    neverSent,
  };
}

/** What was collected before, and where to, is another set of files. */
const collectRecords: ReadonlySet<JournalRecord['type']> = new Set([
  'collected',
  'complete',
  'done',
  'merged',
  'results',
]);

/** Gathers all rounds, and says which names their files are to get. */
async function collectAll(
  work: LoadWork,
  sent: ClosedJobs,
): Promise<{ readonly files: PerResultFile<string>; readonly outcome: CollectOutcome }> {
  const { rounds } = work.journal;
  const gathered: CollectedRound[] = [];
  for (const number of rounds.keys()) gathered.push(await collectRound(work, number));
  const { files, rows } = await joinAll(work, gathered, sent);
  const delimiter = delimiterCharacters[rounds[0].columnDelimiter];
  const errors = rows.failed === 0 ? [] : await errorGroupsIn(files.failed, delimiter);
  return { files, outcome: outcomeOf({ rows, ...created(gathered) }, errors, namesOf(work)) };
}

async function joinAll(
  work: LoadWork,
  gathered: readonly CollectedRound[],
  { lost, isLastRoundPartial }: ClosedJobs,
): Promise<{ readonly files: PerResultFile<string>; readonly rows: PerResultFile<number> }> {
  const { rounds } = work.journal;
  const [first] = gathered as [CollectedRound];
  const { success } = first.files;
  const last = gathered.at(-1) ?? first;
  if (last === first) return { files: first.files, rows: first.progress.rows };
  const failed = joinedFailures(work);
  if (lost.length === 0 && !isLastRoundPartial) {
    const files = { success, failed, unprocessed: last.files.unprocessed };
    return { files, rows: await joinRounds(gathered, { rounds, files }) };
  }
  const files = { success, failed, unprocessed: joinedUnprocessed(work) };
  // What is lost can't be told from what was never sent.
  const hasLost = lost.some(({ round }) => round > 0 && round === rounds.length - 1);
  const isLastPartial = isLastRoundPartial && !hasLost;
  const tempPath = work.context.store.pathFor(work.runId, 'sent-rows');
  return { files, rows: await joinKnown(gathered, { plan: rounds[0], files, isLastPartial, tempPath }) };
}

function created(gathered: readonly CollectedRound[]): { readonly created?: number } {
  const count = createdIn(gathered);
  return count === undefined ? {} : { created: count };
}

/** The journal of work that nobody resumes. */
function inMemory(replayed: readonly JournalRecord[]): Journal {
  return {
    path: '',
    owner: { token: randomUUID(), displaced: [] },
    replayed,
    skippedLines: 0,
    lost: new AbortController().signal,
    append: () => Promise.resolve(),
    confirm: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
