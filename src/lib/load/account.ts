import { delimiterCharacters, type JobInfo, type JobState } from '../api/types.js';
import type { JournalRecord, Part, RunOrg } from '../run/record.js';
import { jobIdsOf, type RunStore, type RunView } from '../run/store.js';
import type { ErrorGroup } from './collect/error-groups.js';
import { partStates } from './part-state.js';
import type { LoadStatus } from './status.js';
import { afterRetry } from './retry/after-retry.js';
import { failedRowGroups } from './collect/failed-row-groups.js';
import { isMerged, retriesOf } from './retries-of.js';
import { infoOf, loadStatusOf, stateByJournal } from './run-status.js';

/** What this tool knows of a load: its journal, those of the runs that sent its rows again, and its result files. */
export type LoadAccount = {
  /** With the figures of what is left after its rows were sent again. */
  readonly status: LoadStatus;
  readonly org: RunOrg;
  /** ISO 8601, as all times here. */
  readonly startedAt: string;
  /** Absent while the load has not ended. */
  readonly endedAt?: string;
  /** One for each job, in the order they were sent; a part that has no job yet has no id. */
  readonly parts: readonly AccountedPart[];
  readonly abandoned: ReadonlyArray<{ readonly jobId: string; readonly reason: string }>;
  /** Another load, with files of its own, that sends the rows again which this one has left. */
  readonly retriedBy?: { readonly jobId: string; readonly hasEnded: boolean };
  /** The first job of the load that these rows are of. */
  readonly retryOf?: string;
  /** The result files that tell of the errors are gone: they are those from before rows were sent again. */
  readonly areErrorsOld: boolean;
};

export type AccountedPart = {
  readonly part: Part;
  readonly jobId?: string;
  readonly state?: JobState;
  readonly info?: JobInfo;
  /** Rows of another part, sent again. */
  readonly isRetry: boolean;
};

/**
 * Asks nobody: `infos` are fresher facts about jobs that have not ended.
 * @returns undefined for a run that is not a load
 */
export async function accountOf(
  run: RunView,
  store: RunStore,
  infos: ReadonlyMap<string, JobInfo> = new Map(),
): Promise<LoadAccount | undefined> {
  const [first] = run.records;
  const own = loadStatusOf(run.runId, run.records, infos);
  if (first?.type !== 'load' || own === undefined) return undefined;
  const retries = await retriesOf(run.runId, store);
  const merged = retries.filter(isMerged);
  const { errors, areErrorsOld } = await errorsLeft(own, merged.length > 0);
  const endedAt = endOf(merged.at(-1)?.records ?? []) ?? endOf(run.records);
  return {
    status: { ...merged.reduce(withRetry, own), errors },
    org: first.org,
    startedAt: first.at,
    ...(endedAt === undefined ? {} : { endedAt }),
    parts: [run, ...merged].flatMap((each) => partsOf(each, { infos, isRetry: each !== run })),
    abandoned: run.records.flatMap((record) => (record.type === 'abandoned' ? [record] : [])),
    ...retriedBy(retries.findLast((each) => !isMerged(each))),
    ...(await retryOf(first.plan.retryOf, store)),
    areErrorsOld,
  };
}

/** The run itself, or the load that its rows have been brought into. */
export async function wholeLoadOf(run: RunView, store: RunStore): Promise<RunView> {
  const merged = run.records.find((record) => record.type === 'merged');
  return merged === undefined ? run : ((await runNamed(merged.into, store)) ?? run);
}

function withRetry(before: LoadStatus, retry: RunView): LoadStatus {
  const again = loadStatusOf(retry.runId, retry.records);
  return again === undefined ? before : afterRetry(before, again);
}

async function errorsLeft(
  { errors, files, plan }: LoadStatus,
  wereSentAgain: boolean,
): Promise<{ readonly errors: readonly ErrorGroup[]; readonly areErrorsOld: boolean }> {
  if (!wereSentAgain || files === undefined) return { errors, areErrorsOld: false };
  const delimiter = delimiterCharacters[plan.columnDelimiter];
  return failedRowGroups(files.failed, delimiter).then(
    (left) => ({ errors: left, areErrorsOld: false }),
    () => ({ errors, areErrorsOld: true }),
  );
}

function partsOf(
  { records }: RunView,
  { infos, isRetry }: { readonly infos: ReadonlyMap<string, JobInfo>; readonly isRetry: boolean },
): AccountedPart[] {
  const [first] = records;
  if (first?.type !== 'load') return [];
  const { parts } = first.plan;
  return partStates(records, parts.length).flatMap((state, index) => {
    const part = parts[index];
    if (part === undefined) return [];
    const info = infoOf(state, infos);
    const job = 'jobId' in state ? { jobId: state.jobId, state: info?.state ?? stateByJournal(state) } : {};
    return [{ part, ...job, ...(info === undefined ? {} : { info }), isRetry }];
  });
}

function endOf(records: readonly JournalRecord[]): string | undefined {
  return records.findLast((record) => record.type === 'done')?.at;
}

function retriedBy(retry: RunView | undefined): Pick<LoadAccount, 'retriedBy'> {
  const jobId = retry === undefined ? undefined : jobIdsOf(retry.records)[0];
  if (retry === undefined || jobId === undefined) return {};
  return { retriedBy: { jobId, hasEnded: endOf(retry.records) !== undefined } };
}

async function retryOf(runId: string | undefined, store: RunStore): Promise<Pick<LoadAccount, 'retryOf'>> {
  const of = runId === undefined ? undefined : await runNamed(runId, store);
  const jobId = of === undefined ? undefined : jobIdsOf(of.records)[0];
  return jobId === undefined ? {} : { retryOf: jobId };
}

async function runNamed(runId: string, store: RunStore): Promise<RunView | undefined> {
  return (await store.list()).find((run) => run.runId === runId);
}
