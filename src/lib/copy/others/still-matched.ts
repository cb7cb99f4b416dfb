import { stat } from 'node:fs/promises';
import { UsageError } from '../../errors.js';
import type { RunContext } from '../../run/context.js';
import type { CopyPlan } from '../../run/copy-record.js';
import { isSameOrg } from '../../run/org.js';
import type { JournalRecord, RunOrg } from '../../run/record.js';
import {
  copyOf,
  endOf,
  isFinished,
  jobIdsOf,
  nameOfRun,
  type RunStore,
  type RunView,
} from '../../run/store.js';
import { mayHaveSaved } from '../../load/account.js';
import { partStates, type PartState } from '../../load/model/part-state.js';
import { completeRecord, partCountOf, roundsOf } from '../../load/model/rounds.js';
import { isCreating } from '../model/steps.js';

/** Of this machine and the org; in milliseconds. */
const clocksApart = 600_000;

/** A copy that has read the keys of the target after this moment. */
export type MatchedCopy = {
  readonly plan: CopyPlan;
  readonly org: RunOrg;
  readonly at: string;
  /** What has a later id began later, whatever the clock said. */
  readonly runId?: string;
};

/**
 * Refuses a copy that takes records for new, and has read which ones the target has before another run of this machine loaded
 * some: they may be there by now.
 * @throws UsageError with the way on
 */
export async function requireStillMatched(
  copy: MatchedCopy,
  { store }: Pick<RunContext, 'store'>,
): Promise<void> {
  const objects = matchedAndCreated(copy.plan);
  if (objects.size === 0) return;
  for await (const { object, run, isUnfinished } of loadsSince(objects, copy, store))
    throw isUnfinished ? unfinished(object, run) : loadedSince(object, run);
}

/** Which of these objects other runs of this machine have created records of after that moment, or still may. */
export async function createdSince(
  objects: ReadonlySet<string>,
  copy: Pick<MatchedCopy, 'org' | 'at'> & { readonly runId: string },
  { store }: Pick<RunContext, 'store'>,
): Promise<string[]> {
  const created = new Set<string>();
  const { org, at } = copy;
  for await (const { object, run } of loadsSince(objects, { org, at }, store))
    if (copyOf(run) !== copy.runId) created.add(object);
  return [...objects].filter((object) => created.has(object));
}

type LoadSince = { readonly object: string; readonly run: RunView; readonly isUnfinished: boolean };

/** Loads that have created records of these objects after that moment, or still may. */
async function* loadsSince(
  objects: ReadonlySet<string>,
  copy: Omit<MatchedCopy, 'plan'>,
  store: Pick<RunStore, 'each'>,
): AsyncGenerator<LoadSince, void, undefined> {
  for await (const run of store.each()) {
    const object = createdIn(run, copy);
    if (object === undefined || !objects.has(object)) continue;
    const isUnfinished = isAtWork(run);
    if (isUnfinished || (await isSince(run, copy))) yield { object, run, isUnfinished };
  }
}

function loadedSince(object: string, { runId }: RunView): UsageError {
  return new UsageError(
    `Records of ${object} have been loaded into the target since this copy compared them. Its new records may be there already.`,
    {
      actions: ['Start the copy again: it compares them anew. Nothing was sent.'],
      data: { object, runId },
    },
  );
}

function unfinished(object: string, run: RunView): UsageError {
  return new UsageError(
    `A load of ${object} into the target hasn't finished. It may create the same records as this copy.`,
    {
      actions: [
        `Resume it: sf bulk2 job resume --id ${copyOf(run) ?? nameOfRun(run)}`,
        'Then start the copy again: it compares them anew. Nothing was sent.',
      ],
      data: { object, runId: run.runId },
    },
  );
}

function matchedAndCreated({ objects }: CopyPlan): ReadonlySet<string> {
  const matched = objects.filter((each) => each.match !== undefined && isCreating(each));
  return new Set(matched.map(({ object }) => object));
}

/** The object of which a run has created records in the same org, or may have. */
function createdIn(run: RunView, { org }: Pick<MatchedCopy, 'org'>): string | undefined {
  const { records } = run;
  const [first] = records;
  if (first?.type !== 'load' || !isSameOrg(first.org, org) || jobIdsOf(records).length === 0)
    return undefined;
  return isCreating(first.plan) && mayHaveSaved(run) ? first.plan.object : undefined;
}

function hasResults(records: readonly JournalRecord[]): boolean {
  return isFinished(records) && completeRecord(records) !== undefined;
}

/** Whether the org may still work on a job, since nobody has seen that it has ended: a load need not be waited for. */
function isAtWork({ records }: RunView): boolean {
  return (
    !isFinished(records) && jobStates(records).some(({ kind }) => kind === 'closing' || kind === 'closed')
  );
}

/**
 * Whether a run ended after the copy began. Results may have been collected long after the org had saved the records; a run that has not
 * ended was at work for as long as its journal was written to.
 */
async function isSince(
  { runId, records, path }: RunView,
  copy: Pick<MatchedCopy, 'at' | 'runId'>,
): Promise<boolean> {
  const { at } = copy;
  if (copy.runId !== undefined && runId > copy.runId) return true;
  const ended = endOf(records)?.at;
  if (ended === undefined) {
    const found = await stat(path).catch(() => undefined);
    return (found?.mtimeMs ?? 0) >= Date.parse(at);
  }
  if (ended < at) return false;
  return !hasResults(records) || lastChangeOf(records) + clocksApart >= Date.parse(at);
}

/** When the org last changed one of its jobs, in milliseconds; infinite where that isn't known of all of them. */
function lastChangeOf(records: readonly JournalRecord[]): number {
  const times = jobStates(records).flatMap((state) => {
    if (!('jobId' in state)) return [];
    const time = state.kind === 'ended' ? Date.parse(state.info.systemModstamp) : Number.NaN;
    return [Number.isNaN(time) ? Number.POSITIVE_INFINITY : time];
  });
  return times.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...times);
}

function jobStates(records: readonly JournalRecord[]): PartState[] {
  return partStates(records, partCountOf(roundsOf(records)));
}
