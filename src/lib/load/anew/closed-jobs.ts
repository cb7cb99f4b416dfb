import { RowCountError } from '../../errors.js';
import { JobGoneError } from '../../jobs/errors.js';
import { arePossibleCounts } from '../../jobs/counts.js';
import type { KeptJobs } from '../../jobs/find-kept.js';
import { hasEnded } from '../../jobs/poll.js';
import type { JournalRecord, LoadPlan, Part } from '../../run/record.js';
import type { RunView } from '../../run/store.js';
import { partStates, type PartState } from '../model/part-state.js';
import { partCountOf, roundsOf, rowsOf } from '../model/rounds.js';

/** A part of whose rows nothing can be known: the org doesn't know its job, or the results of that don't add up. */
export type LostPart = {
  readonly jobId: string;
  readonly part: Part;
  /** The first is 0. */
  readonly round: number;
  /** Of this round: the part's rows are in its sources. */
  readonly plan: LoadPlan;
  readonly error: Error;
};

/** What a load has in closed jobs. */
export type ClosedJobs = {
  /** Its journal with the answers that were lost, and without parts and rounds that have no job to collect. */
  readonly records: readonly JournalRecord[];
  /** Ids of all closed jobs, in the order of their parts. */
  readonly jobIds: readonly string[];
  /** Parts of the input that are in no closed job: the org has processed none of their rows, and never will. */
  readonly left: readonly Part[];
  readonly lost: readonly LostPart[];
  /** Whether rows of the last round are in no closed job, so that they are what the round before has made of them. */
  readonly isLastRoundPartial: boolean;
};

/** Jobs that a load may have closed: what the org says of them decides. */
export function jobsToAsk({ records }: RunView): string[] {
  return statesOf(records).flatMap((state) =>
    state.kind === 'closing' || state.kind === 'closed' || state.kind === 'ended' ? [state.jobId] : [],
  );
}

/**
 * Tells what of a load can be collected.
 * @param found what the org says of its jobs
 * @param unfit jobs whose results can't be had, and why
 */
export function closedJobsOf(
  { records }: RunView,
  found: KeptJobs,
  unfit: ReadonlyMap<string, Error>,
): ClosedJobs {
  const states = statesOf(records);
  const lostJobs = new Map([...found.gone, ...unfit]);
  const answers: JournalRecord[] = [];
  const jobIds: string[] = [];
  const left: Part[] = [];
  const lost: LostPart[] = [];
  const kept = new Set<number>();
  const rounds = roundsOf(records);
  let isLastRoundPartial = false;
  for (const [number, plan] of rounds.entries()) {
    for (const part of plan.parts) {
      const state = states[part.index] ?? { kind: 'planned' };
      const jobId = closedJobOf(state, found);
      if (jobId === undefined) {
        if (number === 0) left.push(part);
        else isLastRoundPartial = true;
        continue;
      }
      jobIds.push(jobId);
      const error = lostJobs.get(jobId);
      if (error !== undefined) lost.push({ jobId, part, round: number, plan, error });
      else {
        kept.add(part.index);
        answers.push(...answersOf(state, part, found.kept.get(jobId)));
      }
    }
  }
  const collected = [...kept, ...lost.map(({ part }) => part.index)];
  return {
    records: [...records.flatMap((record) => withoutLost(record, kept, new Set(collected))), ...answers],
    jobIds,
    left,
    lost,
    isLastRoundPartial,
  };
}

function statesOf(records: readonly JournalRecord[]): PartState[] {
  return partStates(records, partCountOf(roundsOf(records)));
}

/** The job of a part if it was closed; of one that was being closed and is gone, nobody knows that it wasn't. */
function closedJobOf(state: PartState, { kept }: KeptJobs): string | undefined {
  if (state.kind === 'closed' || state.kind === 'ended') return state.jobId;
  // The results of one that was aborted while it was being closed tell what it has processed.
  return state.kind === 'closing' && kept.get(state.jobId)?.state !== 'Open' ? state.jobId : undefined;
}

/** What the org has just said needn't be asked again, which a server that is late may answer otherwise. */
function answersOf(
  state: PartState,
  { index: part, rows }: Part,
  info: ReturnType<KeptJobs['kept']['get']>,
): JournalRecord[] {
  if (info === undefined || state.kind === 'ended') return [];
  const jobId = info.id;
  const closed: JournalRecord[] = state.kind === 'closing' ? [{ type: 'closed', part, jobId }] : [];
  const isSure = hasEnded(info.state) && arePossibleCounts(info, rows);
  return [...closed, ...(isSure ? [{ type: 'ended', part, jobId, info } as const] : [])];
}

/** A round keeps its place as long as one of its jobs was closed: rows of the one before have gone into it. */
function withoutLost(
  record: JournalRecord,
  kept: ReadonlySet<number>,
  closed: ReadonlySet<number>,
): JournalRecord[] {
  if (record.type !== 'retry') return [record];
  if (!record.plan.parts.some(({ index }) => closed.has(index))) return [];
  const parts = record.plan.parts.filter(({ index }) => kept.has(index));
  return [{ ...record, plan: { ...record.plan, parts, rows: rowsOf(parts) } }];
}

/** Jobs of a load whose results can't be had, by what came of the attempt; empty for any other error. */
export function unfitJobsIn(error: unknown): ReadonlyMap<string, Error> {
  if (error instanceof JobGoneError) return jobsOf(error, [error.data]);
  if (!(error instanceof RowCountError)) return new Map();
  const { jobs } = error.data as { readonly jobs?: readonly unknown[] };
  return jobsOf(error, jobs ?? [error.data]);
}

function jobsOf(error: Error, jobs: readonly unknown[]): ReadonlyMap<string, Error> {
  const ids = jobs.flatMap((job) => (job as { readonly jobId?: string }).jobId ?? []);
  return new Map(ids.map((id) => [id, error]));
}
