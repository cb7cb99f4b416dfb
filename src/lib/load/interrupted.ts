import { isDeepStrictEqual } from 'node:util';
import type { RunContext } from '../run/context.js';
import { isSameOrg, orgKey, orgOf } from '../run/org.js';
import type { InputProblem } from '../errors.js';
import { hasSent } from '../run/has-sent.js';
import type { InputMark } from '../run/input-mark.js';
import type { FirstRecord, LoadPlan, RunOrg, SourceFile } from '../run/record.js';
import { beginningOf, isFinished, nameOfRun, type RunStore, type RunView } from '../run/store.js';
import { mayHaveSaved } from './account.js';
import { loadStatusOf } from './model/status.js';
import type { PlannedLoad } from './plan/plan.js';
import { partStates, type PartState } from './model/part-state.js';
import { partCountOf, roundsOf, rowsOf } from './model/rounds.js';

/** An unfinished load of the same rows as one that is about to begin. */
export type InterruptedLoad = {
  /** Its `damage` says why it can't be resumed. */
  readonly run: RunView;
  readonly startedAt: string;
  /** Options, by their names in the request, that the new load has otherwise: it would not send the same. */
  readonly differences: readonly string[];
  /** Where its inputs are now. */
  readonly sources: readonly SourceFile[];
};

/** An unfinished load of some of the same files, by bytes or by path, into the same object: it may have sent some of the same rows. */
export type SimilarLoad = {
  readonly run: RunView;
  /** Of its input, and those of them in jobs that it has closed, or may have; absent where its journal can't be read. */
  readonly sent?: { readonly rows: number; readonly closed: number };
};

/** Unfinished loads that have something to do with one that is about to begin, newest first. */
export type InterruptedLoads = {
  /** Of the same bytes, read or sent, object, operation and org. */
  readonly same: readonly InterruptedLoad[];
  /** Of some of the same files. */
  readonly similar: readonly SimilarLoad[];
};

/**
 * Looks for unfinished loads of what a planned one would send. An asynchronous load whose jobs are all closed has done
 * what was asked of it. Retries, changes by query and steps of copies are not looked at.
 */
export async function interruptedLoads(
  { runId, plan }: PlannedLoad,
  context: RunContext,
): Promise<InterruptedLoads> {
  const unfinished: Array<{ readonly run: RunView; readonly plan: LoadPlan; readonly startedAt: string }> =
    [];
  for await (const { run, first } of loadsInto({ runId, plan, org: await orgOf(context) }, context.store)) {
    if (!isDone(run, first.plan)) unfinished.push({ run, plan: first.plan, startedAt: first.at });
  }
  const [same, others] = partition(unfinished, (load) => isSameLoad(load.plan, plan));
  return {
    same: same.map(({ run, plan: old, startedAt }) => ({
      run,
      startedAt,
      differences: differencesBetween(old, plan),
      sources: sourcesNow(old, plan),
    })),
    similar: others
      .filter((load) => sharesInput(load.plan, plan))
      .map(({ run }) => ({ run, ...sentOf(run) })),
  };
}

type LoadRecord = Extract<FirstRecord, { readonly type: 'load' }>;

/** Another load, and how it began. */
type OtherLoad = { readonly run: RunView; readonly first: LoadRecord };

/**
 * All other loads of the same operation into the same object of an org, newest first. Retries, changes by query and steps of copies are
 * left out.
 */
export async function* loadsInto(
  { runId, plan, org }: { readonly runId: string; readonly plan: LoadPlan; readonly org: RunOrg },
  store: RunStore,
): AsyncGenerator<OtherLoad> {
  for await (const run of store.each()) {
    const first = beginningOf(run);
    if (run.runId === runId || first?.type !== 'load' || isOfOther(first.plan)) continue;
    if (isSameTarget(first.plan, plan) && isSameOrg(first.org, org)) yield { run, first };
  }
}

/** How much of a load is in jobs that it has closed, or may have. */
export function sentOf({ records }: RunView): Pick<SimilarLoad, 'sent'> {
  if (records.length === 0) return {};
  const [{ parts }] = roundsOf(records);
  const states = partStates(records, partCountOf(roundsOf(records)));
  const closed = parts.filter(({ index }) => mayBeClosed.has(states[index]?.kind));
  return { sent: { rows: rowsOf(parts), closed: rowsOf(closed) } };
}

const mayBeClosed: ReadonlySet<PartState['kind'] | undefined> = new Set(['closing', 'closed', 'ended']);

/**
 * The load to be asked about before an insert begins that can't resume it: rows that both have would be in the org twice.
 * @returns undefined for other operations, and where there is none; one that has closed a job comes first
 */
export function similarInsert(
  { operation }: Pick<LoadPlan, 'operation'>,
  similar: readonly SimilarLoad[],
): SimilarLoad | undefined {
  if (operation !== 'insert') return undefined;
  return similar.find(mayHaveInserted) ?? similar[0];
}

/** Whether rows of a load may be in the org already. */
export function mayHaveInserted({ sent }: SimilarLoad): boolean {
  return sent === undefined || sent.closed > 0;
}

/**
 * Warns of an insert whose rows another load has sent already, as far as that is remembered: a job that was begun twice by mistake
 * says nothing else of it. To load the same twice may well be meant, so that nothing is refused.
 */
export async function warnedOfRepeat(planned: PlannedLoad, context: RunContext): Promise<PlannedLoad> {
  const before = await insertedBefore(planned, context);
  if (before === undefined) return planned;
  const { plan, warnings } = planned;
  const all = [...(plan.warnings ?? []), before.message];
  return { ...planned, plan: { ...plan, warnings: all }, warnings: [...warnings, before] };
}

/** Of several, the newest counts. Of one that goes on or was interrupted, whoever begins the same is asked or refused. */
async function insertedBefore(
  { runId, plan }: PlannedLoad,
  context: RunContext,
): Promise<InputProblem | undefined> {
  if (plan.operation !== 'insert' || plan.rows === 0) return undefined;
  for await (const { run, first } of loadsInto({ runId, plan, org: await orgOf(context) }, context.store)) {
    if (!isDone(run, first.plan) || !hasSent(run.records) || !mayHaveSaved(run)) continue;
    if (isSameLoad(first.plan, plan))
      return {
        /** The same rows were inserted before. */ code: 'INSERTED_BEFORE',
        message: repeatText(run, first),
      };
  }
  return undefined;
}

function repeatText(run: RunView, { plan, at }: LoadRecord): string {
  const status = loadStatusOf(run.runId, run.records);
  const saved = (status?.successful ?? 0).toLocaleString('en-US');
  const end = isFinished(run.records) ? 'it was aborted' : "its results weren't collected yet";
  const what = status?.files === undefined ? end : `${saved} of them were saved`;
  const time = `${at.slice(0, 16).replace('T', ' ')} UTC`;
  return (
    `The same rows were inserted into ${plan.object} before, by job ${nameOfRun(run)}, started ${time}; ${what}. ` +
    'This insert creates them a second time.'
  );
}

/**
 * Names what must be begun by one process at a time, since beginning it twice inserts rows twice: inserts of the same
 * bytes into the same object of the same org. Empty for other operations.
 */
export async function kindsOfLoad(plan: LoadPlan, context: RunContext): Promise<string[]> {
  const { operation, object, inputs = [] } = plan;
  if (operation !== 'insert') return [];
  const bytes = inputs.map(({ bytes: length, crc32 }) => `${length} ${crc32}`).sort();
  const kind = [orgKey(await orgOf(context)), operation, object.toLowerCase()];
  return [JSON.stringify([...kind, ...bytes]), JSON.stringify([...kind, sentBy(plan)])];
}

/** What a load sends: files that differ in columns that are not sent, or in how values are written, may come to the same. */
function sentBy({ header, columnDelimiter, lineEnding, parts }: LoadPlan): string {
  const hashes = parts.flatMap(({ segments }) => segments.map(({ sha256 }) => sha256));
  return JSON.stringify([header, columnDelimiter, lineEnding, ...hashes]);
}

function isSameLoad(old: LoadPlan, plan: LoadPlan): boolean {
  return hasSameInputs(old, plan) || (plan.rows > 0 && sentBy(old) === sentBy(plan));
}

export function isOfOther({ retryOf, change, ofCopy }: LoadPlan): boolean {
  return retryOf !== undefined || change !== undefined || ofCopy !== undefined;
}

function isDone({ records }: RunView, plan: LoadPlan): boolean {
  const { wait, parts } = plan;
  if (isFinished(records)) return true;
  if (wait !== 'accepted' || records.length === 0) return false;
  return partStates(records, parts.length).every(({ kind }) => kind === 'closed' || kind === 'ended');
}

function isSameTarget(one: LoadPlan, other: LoadPlan): boolean {
  return one.operation === other.operation && one.object.toLowerCase() === other.object.toLowerCase();
}

/** In any order: the rows are the same. */
function hasSameInputs({ inputs: one = [] }: LoadPlan, { inputs: other = [] }: LoadPlan): boolean {
  if (one.length !== other.length) return false;
  const left = [...other];
  return one.every((mark) => {
    const at = left.findIndex((each) => isSameInput(mark, each));
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
}

/** The same bytes; or the same file, unchanged, that another encoding or format makes other CSV of. */
function isSameInput(one: InputMark, other: InputMark): boolean {
  if (one.bytes > 0 && one.bytes === other.bytes && one.crc32 === other.crc32) return true;
  const { path, size, mtimeMs } = one;
  return path !== undefined && path === other.path && size === other.size && mtimeMs === other.mtimeMs;
}

export function sharesInput({ inputs: one = [] }: LoadPlan, { inputs: other = [] }: LoadPlan): boolean {
  const isAlike = (mark: InputMark, each: InputMark): boolean =>
    isSameInput(mark, each) || (mark.path !== undefined && mark.path === each.path);
  return one.some((mark) => other.some((each) => isAlike(mark, each)));
}

/** Of the external id the one counts that was chosen in the end. */
function differencesBetween(old: LoadPlan, plan: LoadPlan): string[] {
  const one = decisionsOf(old);
  const other = decisionsOf(plan);
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !isDeepStrictEqual(one[name], other[name]));
}

/** As a journal has them. */
function decisionsOf({ externalId, options }: LoadPlan): Record<string, unknown> {
  return JSON.parse(JSON.stringify({ ...options, externalId })) as Record<string, unknown>;
}

/** Files of the person may be elsewhere now, with the same bytes; what the older run has written itself is where it was. */
function sourcesNow(old: LoadPlan, plan: LoadPlan): readonly SourceFile[] {
  return old.sources.map((source, index) => {
    const mark = old.inputs?.[index];
    const at = plan.inputs?.findIndex((each) => mark !== undefined && isSameInput(mark, each)) ?? -1;
    const now = plan.sources[at];
    if (source.spooled || now === undefined || now.spooled) return source;
    return { ...source, path: now.path, mtimeMs: now.mtimeMs };
  });
}

function partition<T>(all: readonly T[], isFirst: (each: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((each) => !isFirst(each))];
}
