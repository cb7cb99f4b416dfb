import type { JobInfo, JobState } from '../../api/types.js';
import type { JournalRecord, LoadPlan, Part } from '../../run/record.js';
import { endOf } from '../../run/store.js';
import type { ErrorGroup } from './error-groups.js';
import type { CollectOutcome, PerResultFile } from './result-sets.js';
import { brakeOf } from './brake.js';
import type { Halt } from './halt.js';
import { partStates, type PartState } from './part-state.js';
import { completeRecord, partCountOf, roundsOf } from './rounds.js';

/** How many rows of a load are where. Together they are the rows of the input. */
export type LoadFigures = {
  /** Rows that the org has processed, the failed ones included, and those that were set aside with them. */
  readonly processed: number;
  readonly successful: number;
  readonly failed: number;
  readonly unprocessed: number;
};

/** A load as it stands at some moment. */
export type LoadStatus = LoadFigures & {
  readonly runId: string;
  readonly plan: LoadPlan;
  /** Ids of the closed jobs, in the order of the parts; those of retries are the last. */
  readonly jobIds: readonly string[];
  /** What the org last said of the jobs that it was asked for. */
  readonly jobs: readonly JobInfo[];
  /** One state for the whole load: the worst of any job of its last round, otherwise the least advanced. */
  readonly state: JobState;
  /** Rows of the input that were in no closed job, and are in no result file; absent where there are none. */
  readonly neverSent?: number;
  /** Rows of which nobody knows what became, and which are in no result file; absent where there are none. */
  readonly unknown?: UnknownRows;
  /**
   * Rows in the files have neither places nor kept columns, since what was sent is no longer there to tell them: a file has
   * changed, or the copy that was sent isn't kept.
   */
  readonly withoutInput?: 'changed' | 'notKept';
  /** Of the successful rows, those that were created and not updated; absent where that is not known. */
  readonly created?: number;
  /** Of rows that were set aside; once the results have been collected, of all that failed. */
  readonly errors: readonly ErrorGroup[];
  /** Why no further job is created; absent where jobs still are, or would have been. */
  readonly halt?: Halt;
  /** Absolute paths, once the results have been collected; null for a set without rows, which has no file. */
  readonly files?: PerResultFile<string | null>;
};

/** Rows that were sent, and whose results can't be had. */
export type UnknownRows = {
  readonly rows: number;
  /** In the order of their parts. Their rows may be more: some were sent again in another job, whose results tell. */
  readonly jobs: readonly LostJob[];
};

/** A job whose results can't be had. */
export type LostJob = {
  readonly jobId: string;
  /** A sentence that says why. */
  readonly reason: string;
  readonly rows: number;
  /** Where its rows are in the input; empty where that isn't known. */
  readonly places: ReadonlyArray<{ readonly file: string; readonly from: number; readonly to: number }>;
};

/** Rows that a retry sends: records that a change by query has skipped stay as they are. */
export function rowsToRetry({ plan, failed, unprocessed }: LoadStatus): number {
  const skipped = plan.change === undefined ? 0 : (plan.setAside?.rows ?? 0);
  return failed - skipped + unprocessed;
}

/** A part of a load, and what is known of its job. */
export type PartJob = {
  readonly part: Part;
  /** Absent while it has none. */
  readonly jobId?: string;
  readonly state: JobState;
  /** As the org last told it. */
  readonly info?: JobInfo;
  /** It has rows of an earlier round. */
  readonly isRetry: boolean;
};

/**
 * A load as its journal tells it, without asking the org. `infos` are fresher facts about its jobs.
 * @returns undefined for a run that is not a load
 */
export function loadStatusOf(
  runId: string,
  records: readonly JournalRecord[],
  infos: ReadonlyMap<string, JobInfo> = new Map(),
): LoadStatus | undefined {
  if (records[0]?.type !== 'load') return undefined;
  const outcome = outcomeOf(records);
  const jobs = partJobsOf(records, infos);
  const refusal = records.find((record) => record.type === 'halt');
  const status = withEnd(statusOf(runId, { rounds: roundsOf(records), jobs, refusal }), records);
  return outcome === undefined ? status : { ...status, ...collectedFigures(outcome) };
}

/** A load that has ended is not open, though jobs of it were never created, or are only known as the journal has them. */
function withEnd(status: LoadStatus, records: readonly JournalRecord[]): LoadStatus {
  const end = endOf(records);
  if (end?.reason === undefined || status.state !== 'Open') return status;
  if (status.jobs.some(({ state }) => state === 'Open')) return status;
  return { ...status, state: end.isAborted === true ? 'Aborted' : 'Failed' };
}

/** The parts of all rounds of a load by its journal, in their order. */
export function partJobsOf(
  records: readonly JournalRecord[],
  infos: ReadonlyMap<string, JobInfo> = new Map(),
): PartJob[] {
  const rounds = roundsOf(records);
  const states = partStates(records, partCountOf(rounds));
  return rounds.flatMap(({ parts }, round) =>
    parts.map((part) =>
      partJob(part, states[part.index] ?? { kind: 'planned' }, { infos, isRetry: round > 0 }),
    ),
  );
}

/** What is known of a load: from its journal, or from what it has told while it ran. */
export type KnownLoad = {
  readonly rounds: readonly [LoadPlan, ...LoadPlan[]];
  readonly jobs: readonly PartJob[];
  /** Why the org takes no more of it. */
  readonly refusal: Halt | undefined;
};

/** Puts together what is known of a load before its results are. */
export function statusOf(runId: string, { rounds, jobs, refusal }: KnownLoad): LoadStatus {
  const [plan] = rounds;
  const last = new Set((rounds.at(-1) ?? plan).parts.map(({ index }) => index));
  const lastJobs = jobs.filter(({ part }) => last.has(part.index));
  const figures = figuresOf(rounds, jobs);
  const hasMore = lastJobs.some(({ jobId }) => jobId === undefined) || rounds.length <= (plan.retries ?? 0);
  const halt =
    refusal ?? (hasMore ? brakeOf(plan, { failed: figures.failed, left: rowsLeft(lastJobs) }) : undefined);
  // A part of a halted load that has no job is not going to get one.
  const counted = lastJobs.filter(({ jobId }) => halt === undefined || jobId !== undefined);
  return {
    runId,
    plan,
    jobs: jobs.flatMap(({ info }) => info ?? []),
    jobIds: jobs.flatMap(({ jobId }) => jobId ?? []),
    state:
      refusal === undefined ? stateOfAll(counted.map(({ state }) => state)) : stateAfter(refusal, lastJobs),
    ...withSetAside(figures, plan),
    errors: (plan.setAside?.errors ?? []) as readonly ErrorGroup[],
    ...(halt === undefined ? {} : { halt }),
  };
}

/** A load that a person has ended is what its jobs are, if all of its rows are in one. */
function stateAfter({ cause }: Halt, jobs: readonly PartJob[]): JobState {
  if (cause !== 'aborted') return 'Failed';
  return jobs.every(({ jobId }) => jobId !== undefined)
    ? stateOfAll(jobs.map(({ state }) => state))
    : 'Aborted';
}

function partJob(
  part: Part,
  state: PartState,
  { infos, isRetry }: { readonly infos: ReadonlyMap<string, JobInfo>; readonly isRetry: boolean },
): PartJob {
  if (!('jobId' in state)) return { part, state: 'Open', isRetry };
  const info = infos.get(state.jobId) ?? (state.kind === 'ended' ? state.info : undefined);
  const known = info === undefined ? {} : { info };
  const byJournal = state.kind === 'closed' || state.kind === 'ended' ? 'UploadComplete' : 'Open';
  return { part, jobId: state.jobId, state: info?.state ?? byJournal, ...known, isRetry };
}

const worstFirst: readonly JobState[] = [
  'Failed',
  'Aborted',
  'Open',
  'UploadComplete',
  'InProgress',
  'JobComplete',
];

/** A state that nobody knows is not the end of a job. */
export function stateOfAll(states: readonly JobState[]): JobState {
  const worst = worstFirst.find((state) => states.includes(state)) ?? 'JobComplete';
  const isEnded = worst === 'JobComplete' && states.some((state) => !worstFirst.includes(state));
  return isEnded ? 'InProgress' : worst;
}

/** Rows that jobs did not come to before the org ended them. */
function rowsLeft(jobs: readonly PartJob[]): number {
  const ended = jobs.filter(({ state }) => state === 'Failed' || state === 'Aborted');
  return ended.reduce((sum, { part, info }) => sum + part.rows - (info?.numberRecordsProcessed ?? 0), 0);
}

/** Figures by what the jobs say of themselves. A row that is retried counts as what it is in the last round. */
function figuresOf(rounds: readonly [LoadPlan, ...LoadPlan[]], jobs: readonly PartJob[]): LoadFigures {
  const [{ rows }] = rounds;
  const last = rounds.at(-1) ?? rounds[0];
  const sumOf = (count: (info: JobInfo) => number, parts = jobs): number =>
    parts.reduce((sum, { info }) => sum + (info === undefined ? 0 : count(info)), 0);
  const processedBy = ({ numberRecordsProcessed = 0 }: JobInfo): number => numberRecordsProcessed;
  const successful = sumOf((info) => processedBy(info) - (info.numberRecordsFailed ?? 0));
  const lastParts = new Set(last.parts.map(({ index }) => index));
  const ofLast = jobs.filter(({ part }) => lastParts.has(part.index));
  const unprocessed = last.rows - sumOf(processedBy, ofLast);
  return { processed: rows - unprocessed, successful, failed: rows - unprocessed - successful, unprocessed };
}

/** Rows that were set aside have failed before the load began. */
function withSetAside(figures: LoadFigures, { setAside }: LoadPlan): LoadFigures {
  const rows = setAside?.rows ?? 0;
  return { ...figures, processed: figures.processed + rows, failed: figures.failed + rows };
}

/** What was collected, once the load has ended. Version 1 has it in its last record. */
function outcomeOf(records: readonly JournalRecord[]): CollectOutcome | undefined {
  const done = endOf(records);
  if (done === undefined) return undefined;
  return (completeRecord(records) ?? done).summary as CollectOutcome | undefined;
}

function collectedFigures({ successful, created, failed, unprocessed, errors, paths }: CollectOutcome) {
  const known = created === undefined ? {} : { created };
  return { processed: successful + failed, successful, ...known, failed, unprocessed, errors, files: paths };
}
