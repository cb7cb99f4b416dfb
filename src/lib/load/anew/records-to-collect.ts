import { randomUUID } from 'node:crypto';
import { UsageError } from '../../errors.js';
import type { Journal } from '../../run/journal.js';
import { journalVersion, type JournalRecord, type LoadPlan } from '../../run/record.js';
import { isFinished, nameOfRun, type RunView } from '../../run/store.js';
import type { ClosedJobs } from './closed-jobs.js';
import type { InputNow } from './input-now.js';
import { LoadJournal } from '../model/load-journal.js';
import { rowsOf } from '../model/rounds.js';
import { loadStatusOf, partJobsOf } from '../model/status.js';

/**
 * Where rows may still go into a job, no file may call them unprocessed.
 * @throws UsageError they may
 */
export function requireAllSent(run: RunView): void {
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

type Collecting = {
  /** Absolute. */
  readonly resultsDir: string;
  readonly input: InputNow;
  /** Whether the rows that were set aside are still there. */
  readonly hasSetAside: boolean;
};

/**
 * A load as it was before anything was collected, without the parts that are left, and those that are lost. Nobody resumes it:
 * its journal is in memory.
 */
export function journalToCollect(
  { records, left, lost }: ClosedJobs,
  { resultsDir, input, hasSetAside }: Collecting,
): LoadJournal {
  const [first] = records;
  if (first?.type !== 'load') throw new TypeError('This run is not a load.');
  const without = new Set([...left, ...lost.map(({ part }) => part)].map(({ index }) => index));
  const cut = (plan: LoadPlan): LoadPlan => {
    const parts = plan.parts.filter(({ index }) => !without.has(index));
    return {
      ...plan,
      parts,
      rows: plan.rows - rowsOf(plan.parts.filter(({ index }) => without.has(index))),
      // What was not uploaded is beside copies of the input, which are removed with the end of the load.
      keptColumns: input.isThere ? plan.keptColumns : undefined,
      setAside: hasSetAside ? plan.setAside : undefined,
    };
  };
  const kept = records.slice(1).flatMap((record): JournalRecord[] => {
    if (collectRecords.has(record.type)) return [];
    if (record.type !== 'skip') return [record];
    const parts = record.parts.filter(({ index }) => !without.has(index));
    return [
      {
        ...record,
        parts,
        setAside: hasSetAside ? record.setAside : { ...record.setAside, rows: 0, errors: [] },
      },
    ];
  });
  return new LoadJournal(
    inMemory([
      { ...first, version: journalVersion, plan: cut(first.plan) },
      ...kept,
      ...sourcesNow(input),
      { type: 'results', dir: resultsDir },
    ]),
  );
}

function sourcesNow(input: InputNow): JournalRecord[] {
  return input.isThere && input.sources !== undefined ? [{ type: 'sources', sources: input.sources }] : [];
}

/** What was collected before, and where to, is another set of files. */
const collectRecords: ReadonlySet<JournalRecord['type']> = new Set([
  'collected',
  'complete',
  'done',
  'merged',
  'results',
]);

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
