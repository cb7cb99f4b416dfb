import { randomUUID } from 'node:crypto';
import { withRetry } from '../api/retry.js';
import { delimiterCharacters } from '../api/types.js';
import { UsageError } from '../errors.js';
import type { Events } from '../events.js';
import type { RunContext } from '../run/context.js';
import type { Journal } from '../run/journal.js';
import { journalVersion, type JournalRecord, type LoadPlan } from '../run/record.js';
import { isFinished, nameOfRun, type RunView } from '../run/store.js';
import { closedJobsOf, requireKept, type ClosedJobs } from './closed-jobs.js';
import { collectRound, type CollectedRound } from './collect/collect-round.js';
import { createdIn, errorGroupsIn, outcomeOf } from './collect/complete.js';
import { joinRounds } from './collect/join-rounds.js';
import { nameFile, requireFree } from './collect/name-file.js';
import { perFile } from './collect/result-files.js';
import { joinedFailures, namesOf, partialsOf, removePartials } from './collect/result-paths.js';
import type { CollectOutcome } from './model/result-sets.js';
import type { LoadEvents } from './model/events.js';
import { LoadJournal } from './model/load-journal.js';
import { requireResultsFolder } from './model/request.js';
import { roundsOf } from './model/rounds.js';
import { loadStatusOf, partJobsOf, type LoadStatus } from './model/status.js';
import type { LoadWork } from './model/work.js';
import { requireUnchanged } from './upload/part-body.js';

export type CollectAnewOptions = {
  /** Absolute. */
  readonly resultsDir: string;
  readonly events: Events<LoadEvents>;
};

/**
 * Collects the results of a load from the org once more, those of all of its jobs, into a set of files. Nothing is sent, and
 * nothing of the load is changed: its journal and its own result files stay what they are. Rows that were set aside are in no job,
 * and not in the files. Of an aborted load, nor are rows that were in no closed job: they are counted.
 * @throws UsageError rows of the load may still be sent, so that nobody can tell which are unprocessed
 * @throws PollingTimeoutError a job has not ended
 * @throws JobGoneError the org has deleted a job
 * @throws RowCountError rows cannot be accounted for
 * @throws ResultFilesTakenError the results would take the place of files that are there
 */
export async function collectAnew(
  run: RunView,
  { resultsDir, events }: CollectAnewOptions,
  context: RunContext,
): Promise<LoadStatus> {
  requireAllSent(run);
  const id = randomUUID();
  await requireResultsFolder(resultsDir, id);
  const { deadline, retryPolicy, signal } = context;
  const api = withRetry(context.api, (notice) => events.emit('retry', notice), retryPolicy);
  // Only what the load itself has collected can be retried.
  const wasCollected = loadStatusOf(run.runId, run.records)?.files !== undefined;
  const isAborted = isFinished(run.records) && !wasCollected;
  const hasInput = await isUnchanged(run.records);
  const sent = isAborted ? await closedJobsOf(run, api, signal) : sentBy(run, hasInput);
  await requireKept(sent.records, api, signal);
  const { records, neverSent } = recordsToCollect(sent, { resultsDir, hasInput });
  const journal = new LoadJournal(inMemory(records));
  const work: LoadWork = {
    // Its partial files are none of the load's own.
    runId: id,
    journal,
    context,
    api,
    events,
    signal: signal ?? journal.lost,
    wait: 'end',
    deadline,
    firstRetryWaitMs: 0,
  };
  await requireFree(namesOf(work), elsewhere);
  try {
    const outcome = await collectAll(work);
    const ended: readonly JournalRecord[] = [
      ...journal.records,
      { type: 'complete', summary: outcome },
      { type: 'done', at: new Date().toISOString(), summary: undefined },
    ];
    const status = loadStatusOf(wasCollected ? run.runId : '', ended);
    if (status === undefined) throw new TypeError('This run is not a load.');
    return neverSent === 0 ? status : { ...status, neverSent };
  } finally {
    await removePartials(partialsOf(work));
  }
}

const elsewhere = ['Or put the results into another folder: --results-dir FOLDER.'];

/** Where rows may still go into a job, no file may call them unprocessed. */
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

/** Rows without a job go where the input still has them. */
function sentBy({ records }: RunView, hasInput: boolean): ClosedJobs {
  if (hasInput) return { records, left: [] };
  const unsent = partJobsOf(records).filter(({ state, isRetry }) => state === 'Open' && !isRetry);
  return { records, left: unsent.map(({ part }) => part) };
}

function isUnchanged(records: readonly JournalRecord[]): Promise<boolean> {
  return requireUnchanged(roundsOf(records)[0].sources).then(
    () => true,
    () => false,
  );
}

/** A load as it was before anything was collected, without the parts that are left. */
function recordsToCollect(
  { records, left }: ClosedJobs,
  { resultsDir, hasInput }: { readonly resultsDir: string; readonly hasInput: boolean },
): { readonly records: readonly JournalRecord[]; readonly neverSent: number } {
  const [first] = records;
  if (first?.type !== 'load') throw new TypeError('This run is not a load.');
  const neverSent = left.reduce((sum, { rows }) => sum + rows, 0);
  const cut = (plan: LoadPlan): LoadPlan => ({
    ...plan,
    parts: plan.parts.filter(({ index }) => left.every((part) => part.index !== index)),
    rows: plan.rows - neverSent,
    // What was not uploaded is beside copies of the input, which are removed with the end of the load.
    keptColumns: hasInput ? plan.keptColumns : undefined,
    setAside: undefined,
  });
  const kept = records.slice(1).flatMap((record): JournalRecord[] => {
    if (collectRecords.has(record.type)) return [];
    return record.type === 'skip'
      ? [{ ...record, setAside: { ...record.setAside, rows: 0, errors: [] } }]
      : [record];
  });
  return {
    records: [
      { ...first, version: journalVersion, plan: cut(first.plan) },
      ...kept,
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

/** Gathers all rounds, and gives the files their names. */
async function collectAll(work: LoadWork): Promise<CollectOutcome> {
  const { rounds } = work.journal;
  const gathered: CollectedRound[] = [];
  for (const number of rounds.keys()) gathered.push(await collectRound(work, number));
  const [first] = gathered as [CollectedRound];
  const last = gathered.at(-1) ?? first;
  const files = {
    success: first.files.success,
    failed: gathered.length === 1 ? first.files.failed : joinedFailures(work),
    unprocessed: last.files.unprocessed,
  };
  const rows = await joinRounds(gathered, { rounds, files });
  const delimiter = delimiterCharacters[rounds[0].columnDelimiter];
  const errors = rows.failed === 0 ? [] : await errorGroupsIn(files.failed, delimiter);
  const outcome = outcomeOf({ rows, ...created(gathered) }, errors, namesOf(work));
  await perFile(async (set) => {
    const name = outcome.paths[set];
    if (name !== null) await nameFile(files[set], name, elsewhere);
  });
  return outcome;
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
