import type { CopyCounts, CopyPlan, CopyStep, CopySurvey } from '../../run/copy-record.js';
import type { JournalRecord } from '../../run/record.js';
import { endOf } from '../../run/store.js';
import type { SentMark } from './copy-maps.js';
import { rowsOf } from './steps.js';

type Mapped = Extract<JournalRecord, { type: 'mapped' }>;

/** A step of a copy as it stands. Rows that a later round has sent again count as what they are in the last one. */
export type StepStatus = CopyStep & {
  /** Absent until the step has been loaded. */
  readonly counts?: CopyCounts;
  readonly state?: Mapped['state'];
  /** Of all rounds. */
  readonly jobIds: readonly string[];
  /** Of all rounds, in their order. */
  readonly files: ReadonlyArray<Mapped['files']>;
  /** Of an update at the end: values that it has filled, by lookup, as far as that is known. */
  readonly filled?: Readonly<Record<string, number>>;
  /** Of the last round. */
  readonly errors: Mapped['errors'];
};

/** A copy as its journal tells it. */
export type CopyStatus = {
  readonly runId: string;
  readonly plan: CopyPlan;
  /** Records that were read, by object; `outside`: those of them that a folder was not given, since they don't belong to the copy. */
  readonly exported: ReadonlyArray<{
    readonly object: string;
    readonly rows: number;
    readonly outside: number;
  }>;
  /** Empty until it is known what is to be sent. */
  readonly surveys: readonly CopySurvey[];
  readonly steps: readonly StepStatus[];
  /** Names of owners in the source that the target doesn't have. */
  readonly missingOwners: readonly string[];
  /** Each record counts once: one that was loaded, and whose lookups could not be filled at the end, as what it is there. */
  readonly totals: CopyCounts;
  /** It has ended, with results. */
  readonly isFinished: boolean;
  /** It was ended before, for good. */
  readonly isAborted: boolean;
  /** Files in the folder of its results say which id became which. */
  readonly hasIds: boolean;
};

/** @throws TypeError the run is not a copy */
export function copyStatusOf(runId: string, records: readonly JournalRecord[]): CopyStatus {
  const [first] = records;
  if (first?.type !== 'copy') throw new TypeError('This run is not a copy.');
  const surveyed = records.findLast((record) => record.type === 'surveyed');
  const mapped = records.filter((record) => record.type === 'mapped');
  const end = endOf(records);
  const isAborted = end?.isAborted === true;
  const isFinished = end !== undefined && !isAborted;
  const surveys = surveyed?.surveys ?? [];
  const steps = (surveyed?.steps ?? []).map((step, index) =>
    stepStatus(
      step,
      mapped.filter((each) => each.step === index),
      isFinished && first.plan.stopsOnError === true ? rowsOf(step, surveys) : undefined,
    ),
  );
  const owners = records.findLast((record) => record.type === 'owners');
  return {
    runId,
    plan: first.plan,
    exported: records.flatMap((record) =>
      record.type === 'exported'
        ? [{ object: record.object, rows: record.rows, outside: outsideOf(record.object, records) }]
        : [],
    ),
    surveys,
    steps,
    missingOwners: Object.values(owners?.missing ?? {}),
    totals: totalsOf(steps),
    isFinished,
    isAborted,
    hasIds: (isFinished && first.plan.output === undefined) || end?.hasIds === true,
  };
}

function outsideOf(object: string, records: readonly JournalRecord[]): number {
  const written = records.findLast((record) => record.type === 'written' && record.object === object);
  return written?.type === 'written' ? written.outside : 0;
}

/** The files of a step's rows that a retry would send, as far as they were sent before. */
export function leftFilesOf({
  counts,
  files,
}: Pick<StepStatus, 'counts' | 'files'>): Pick<Mapped['files'], SentMark> {
  const last = files.findLast(({ failed, unprocessed }) => (failed ?? unprocessed) !== null);
  const isLeft = counts !== undefined && counts.failed + counts.unprocessed > 0;
  return isLeft && last !== undefined ? last : { failed: null, unprocessed: null };
}

/** Whether records are left that a retry would send. */
export function hasLeftRows({ steps }: Pick<CopyStatus, 'steps'>): boolean {
  return steps.some(({ counts }) => counts !== undefined && leftOf(counts) > 0);
}

/**
 * Records of steps that were passed over, since the copy stopped before; where these are but updates at the end, the records
 * that they are of.
 */
export function passedOver({ steps }: Pick<CopyStatus, 'steps'>): number {
  const never = steps.filter(({ state }) => state === undefined);
  const loads = sumOf(never.filter(({ kind }) => kind !== 'later')).unprocessed;
  return loads > 0 ? loads : sumOf(never).unprocessed;
}

/** How many records have not succeeded. */
export function leftOf({ failed, unprocessed, held }: CopyCounts): number {
  return failed + unprocessed + held;
}

/** @param neverSent rows of the step, if the copy has ended without it; absent while it may still come */
function stepStatus(step: CopyStep, rounds: readonly Mapped[], neverSent: number | undefined): StepStatus {
  const last = rounds.at(-1);
  const shared = {
    ...step,
    jobIds: rounds.flatMap(({ jobIds }) => jobIds),
    files: rounds.map(({ files }) => files),
    errors: last?.errors ?? [],
  };
  if (last === undefined && neverSent === undefined) return shared;
  if (last === undefined) {
    const sent = neverSent ?? 0;
    return { ...shared, counts: { sent, successful: 0, failed: 0, unprocessed: sent, held: 0 } };
  }
  const { held } = last.counts;
  const failed = last.counts.failed + (last.left?.failed ?? 0);
  const unprocessed = last.counts.unprocessed + (last.left?.unprocessed ?? 0);
  const successful = rounds.reduce((sum, { counts }) => sum + counts.successful, 0);
  const counts = { sent: successful + failed + unprocessed, successful, failed, unprocessed, held };
  return { ...shared, counts, state: last.state, ...filledIn(rounds) };
}

function filledIn(rounds: readonly Mapped[]): Pick<StepStatus, 'filled'> {
  const filled: Record<string, number> = {};
  for (const [field, count] of rounds.flatMap((round) => Object.entries(round.filled ?? {})))
    filled[field] = (filled[field] ?? 0) + count;
  return rounds.every((round) => round.filled === undefined) ? {} : { filled };
}

function totalsOf(steps: readonly StepStatus[]): CopyCounts {
  const loads = steps.filter(({ kind }) => kind !== 'later');
  // Of an update that was never begun it isn't known which records it is of.
  const updates = steps.filter(({ kind, state }) => kind === 'later' && state !== undefined);
  const [loaded, updated] = [sumOf(loads), sumOf(updates)];
  return {
    sent: loaded.sent - updated.held,
    successful: loaded.successful - leftOf(updated),
    failed: loaded.failed + updated.failed,
    unprocessed: loaded.unprocessed + updated.unprocessed,
    held: loaded.held + updated.held,
  };
}

function sumOf(steps: readonly StepStatus[]): CopyCounts {
  const sum = (count: (counts: CopyCounts) => number): number =>
    steps.reduce((total, { counts }) => total + (counts === undefined ? 0 : count(counts)), 0);
  return {
    sent: sum(({ sent }) => sent),
    successful: sum(({ successful }) => successful),
    failed: sum(({ failed }) => failed),
    unprocessed: sum(({ unprocessed }) => unprocessed),
    held: sum(({ held }) => held),
  };
}
