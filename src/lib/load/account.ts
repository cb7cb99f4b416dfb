import type { JobInfo } from '../api/types.js';
import type { JournalRecord, RunOrg } from '../run/record.js';
import { hasSent } from '../run/has-sent.js';
import { endOf, isFinished, isRunId, jobIdsOf, type RunStore, type RunView } from '../run/store.js';
import { partStates } from './model/part-state.js';
import { inputRowsOf } from './model/rounds.js';
import { loadStatusOf, partJobsOf, type LoadStatus, type PartJob } from './model/status.js';

/** What is known here of a load: its journal, and those of the loads that retry its rows. */
export type LoadAccount = {
  readonly status: LoadStatus;
  readonly org: RunOrg;
  /** ISO 8601, as all times here. */
  readonly startedAt: string;
  /** Absent while the load has not ended. */
  readonly endedAt?: string;
  /** Why the load ended without results: the org has refused it. */
  readonly refusal?: string;
  /** A person has ended it before it had results. */
  readonly isAborted?: boolean;
  /** In the order in which they were sent. */
  readonly parts: readonly PartJob[];
  /** Jobs that the load has created and does not need. */
  readonly abandoned: ReadonlyArray<{ readonly jobId: string; readonly reason: string }>;
  /** Another load, with files of its own, that retries the rows which this one has left. */
  readonly retriedBy?: { readonly jobId: string; readonly hasEnded: boolean };
  /** The load that these rows are of. */
  readonly retryOf?: RetriedLoad;
};

/** A load that another one retries, and what they have done together. */
export type RetriedLoad = {
  /** Its first job. */
  readonly jobId: string;
  /** Absent where the journal of a load before is gone. */
  readonly inAll?: {
    /** Names the first load: its first job, or its own id where it has none. */
    readonly first: string;
    /** Of the input of the first load. */
    readonly rows: number;
    /** Of all loads, the last retry included. */
    readonly successful: number;
  };
};

/**
 * Asks nobody: `infos` are fresher facts about jobs that have not ended.
 * @returns undefined for a run that is not a load
 */
export async function accountOf(
  { runId, records }: RunView,
  store: RunStore,
  infos: ReadonlyMap<string, JobInfo> = new Map(),
): Promise<LoadAccount | undefined> {
  const [first] = records;
  const status = loadStatusOf(runId, records, infos);
  if (first?.type !== 'load' || status === undefined) return undefined;
  const retries = await retriesOf(runId, store);
  return {
    status,
    org: first.org,
    startedAt: first.at,
    ...endingIn(records),
    parts: partJobsOf(records, infos),
    abandoned: abandonedIn(records),
    ...retriedBy(retries.findLast((retry) => !hasEndedUnprocessed(retry))),
    ...optional(await retriedLoad(status, store)),
  };
}

/** How a run has ended, as its journal says; empty while it has not. */
export function endingIn(
  records: readonly JournalRecord[],
): Pick<LoadAccount, 'endedAt' | 'refusal' | 'isAborted'> {
  const end = endOf(records);
  return {
    ...(end === undefined ? {} : { endedAt: end.at }),
    ...(end?.reason === undefined ? {} : { refusal: end.reason }),
    ...(end?.isAborted === undefined ? {} : { isAborted: end.isAborted }),
  };
}

const tookNothing =
  'the org processed nothing of what was compressed, so that its rows were sent again as they are';

function abandonedIn(records: readonly JournalRecord[]): LoadAccount['abandoned'] {
  return records.flatMap((record, index) => {
    if (record.type === 'abandoned') return [record];
    if (record.type !== 'uncompressed') return [];
    const before = partStates(records.slice(0, index), record.parts.length);
    return before.flatMap((state) => ('jobId' in state ? [{ jobId: state.jobId, reason: tookNothing }] : []));
  });
}

function retriedBy(retry: RunView | undefined): Pick<LoadAccount, 'retriedBy'> {
  const jobId = retry === undefined ? undefined : jobIdsOf(retry.records)[0];
  if (retry === undefined || jobId === undefined) return {};
  return { retriedBy: { jobId, hasEnded: isFinished(retry.records) } };
}

function optional(retryOf: RetriedLoad | undefined): Pick<LoadAccount, 'retryOf'> {
  return retryOf === undefined ? {} : { retryOf };
}

/** The load that a retry is of, through all retries between; undefined for what is no retry, or of a load that is gone. */
export async function retriedLoad(
  { plan, successful }: LoadStatus,
  store: RunStore,
): Promise<RetriedLoad | undefined> {
  const before: LoadStatus[] = [];
  let { retryOf } = plan;
  while (retryOf !== undefined) {
    const run = await store.find(retryOf);
    const status = run && loadStatusOf(run.runId, run.records);
    if (status === undefined) break;
    before.push(status);
    ({ retryOf } = status.plan);
  }
  const jobId = before[0]?.jobIds[0];
  const first = before.at(-1);
  if (jobId === undefined || first === undefined) return undefined;
  if (retryOf !== undefined) return { jobId };
  const all = before.reduce((sum, each) => sum + each.successful, successful);
  return {
    jobId,
    inAll: { first: first.jobIds[0] ?? first.runId, rows: inputRowsOf(first.plan), successful: all },
  };
}

/** The loads that retry rows of this one in result files of their own, oldest first. */
export async function retriesOf(runId: string, store: RunStore): Promise<RunView[]> {
  const retries: RunView[] = [];
  for await (const run of store.each()) {
    const [first] = run.records;
    const isRetry = first?.type === 'load' && first.plan.retryOf === runId;
    if (isRetry && !isMerged(run.records)) retries.push(run);
  }
  return retries.reverse();
}

/** Whether a retry was aborted or refused before it closed a job: the org has processed none of its rows. */
export function hasEndedUnprocessed({ records }: RunView): boolean {
  return isFinished(records) && !hasSent(records);
}

/**
 * Whether rows of a load are in the org, or may get there yet: another process may be sending them. What an aborted load has
 * saved, nobody knows before its results are collected.
 */
export function mayHaveSaved(run: RunView): boolean {
  if (hasEndedUnprocessed(run)) return false;
  const status = loadStatusOf(run.runId, run.records);
  return status?.files === undefined || status.successful !== 0;
}

/** Version 1 retried rows in runs of their own, and put the results into the files of the load. */
export function isMerged(records: RunView['records']): boolean {
  return records.some(({ type }) => type === 'merged');
}

/**
 * The job that has the rows of one that a load has abandoned.
 * @param id as a person gives it: of any job of the load, 15 or 18 characters, or of the run
 * @returns undefined for a job of the load, and for the load itself; without a job where no other one was created
 */
export function replacementOf(
  id: string,
  { records }: Pick<RunView, 'records'>,
): { readonly jobId: string | undefined } | undefined {
  const isSame = (jobId: string): boolean => jobId.slice(0, 15) === id.slice(0, 15);
  const jobs = partJobsOf(records);
  if (isRunId(id) || jobs.some(({ jobId }) => jobId !== undefined && isSame(jobId))) return undefined;
  const created = records.find((record) => record.type === 'created' && isSame(record.jobId));
  if (created?.type !== 'created') return undefined;
  return { jobId: jobs.find(({ part }) => part.index === created.part)?.jobId };
}
