import { basename } from 'node:path';
import { UsageError } from '../errors.js';
import type { RunContext } from '../run/context.js';
import { inTurn } from '../run/in-turn.js';
import { isSameOrg, orgKey } from '../run/org.js';
import type { InputMark, JournalRecord, LoadPlan, RunOrg } from '../run/record.js';
import { isFinished, nameOfRun, type RunStore, type RunView } from '../run/store.js';
import { isMerged, mayHaveSaved } from './account.js';
import {
  isInputOf,
  isNamedAfterOther,
  leftFilesOf,
  recognized,
  resultNameOf,
  type KnownFile,
  type LeftFile,
  type Recognized,
} from './left-files.js';
import { loadStatusOf } from './model/status.js';

// The rows that a load has left can be retried, or their result file can be loaded as any other file. Where the second of the
// two inserts, rows that the first has saved are in the org twice.

export type LoadRecord = Extract<JournalRecord, { readonly type: 'load' }>;

/**
 * Refuses to retry rows of a load if the retry inserts them and another load has, from their result file.
 * @param read the result files that are retried, in the order of failed and unprocessed rows
 * @returns warnings, a sentence each, of loads of result files which may be these
 * @throws UsageError that load has saved some of them, or may
 */
export async function requireNotLoaded(
  load: RunView,
  read: readonly KnownFile[],
  store: RunStore,
): Promise<string[]> {
  const [first] = load.records;
  if (first?.type !== 'load' || !inserts(first.plan)) return [];
  const own = await leftFilesOf(load, read, store);
  // Rows that a retry has left are in the files of the load before, too.
  const files = [...own, ...(await filesRetriedBy(first.plan, store))];
  const loaded: Loaded[] = [];
  const similar: string[] = [];
  for await (const by of store.each()) {
    if (by.runId === load.runId || !isAlike(first, by) || !mayHaveSaved(by)) continue;
    for (const input of inputsOf(by)) {
      const found = files.flatMap((file) => loadedFrom(file, { input, by, load }));
      if (found.length > 0 && (await isNamedAfterOther(input, files, store))) continue;
      loaded.push(...found);
      if (found.length === 0 && by.runId > load.runId && isPerhapsLeft(input)) similar.push(maybe(by, input));
    }
  }
  const [one] = loaded;
  if (one === undefined) return similar;
  // What was loaded from a file of an earlier load may be any of the rows that are left.
  const isOfEarlier = loaded.some(({ file }) => !own.includes(file));
  const others = isOfEarlier ? [] : own.filter((file) => loaded.every((each) => each.file !== file));
  throw wasLoaded(one, { others, isOfEarlier, isBefore: one.by.runId < load.runId }, first.plan);
}

/** A file of rows that a load has left, and the load that has some of them. */
type Loaded = {
  readonly file: LeftFile;
  readonly input: InputMark;
  readonly by: RunView;
  readonly how: Recognized;
};

function loadedFrom(
  file: LeftFile,
  { input, by, load }: { readonly input: InputMark; readonly by: RunView; readonly load: RunView },
): Loaded[] {
  const plan = planOf(load);
  const how = recognized(input, file);
  if (how !== undefined && !(how === 'bytes' && plan !== undefined && isInputOf(plan, input)))
    return [{ file, input, by, how }];
  // A retry is given a file that was loaded and has been changed since; one that was loaded before had other rows.
  const isThere = input.path !== undefined && input.path === file.read.path && by.runId > load.runId;
  return isThere ? [{ file, input, by, how: 'name' }] : [];
}

type Around = {
  /** Files of the load whose rows nobody has loaded. */
  readonly others: readonly LeftFile[];
  /** Whether a load before the one that is retried has left the file. */
  readonly isOfEarlier: boolean;
  /** Whether the file was loaded before the load that is retried began. */
  readonly isBefore: boolean;
};

function wasLoaded(
  { file, input, by, how }: Loaded,
  { others, isOfEarlier, isBefore }: Around,
  { object }: LoadPlan,
): UsageError {
  const name = nameOfRun(by);
  const path = input.path ?? 'The result file';
  const was = isFinished(by.records) ? 'was' : 'is being';
  const insert = `sf bulk2 insert --sobject ${object} --file`;
  const copy = `Copy rows that it didn't have into a file of another name, and load that: ${insert} FILE`;
  const earlier = `If those were rows of an earlier load, load these: ${insert} ${file.path}`;
  const actions = [
    ...goOn(by),
    ...others.map((each) => `Load the other rows: ${insert} ${each.path}`),
    ...(how === 'name' || isOfEarlier ? [copy] : []),
    ...(how === 'bytes' && isBefore ? [earlier] : []),
  ];
  const saved = actions.length === 0 ? ' All of them were saved: nothing is left to retry.' : '';
  return new UsageError(
    `${path} ${was} loaded by job ${name}: a retry would insert the rows that were saved then a second time.${saved}`,
    { actions, data: { path, jobId: name } },
  );
}

/** An input with the errors of rows that have failed, unless its name says of which load. */
function isPerhapsLeft(input: InputMark): boolean {
  return input.hasErrors === true && resultNameOf(input) === undefined;
}

function maybe(by: RunView, { path }: InputMark): string {
  const what = path === undefined ? 'rows' : basename(path);
  const has = isFinished(by.records) ? 'has loaded' : 'is loading';
  return (
    `Job ${nameOfRun(by)} ${has} ${what} with the errors of failed rows, and it isn't known of which load these were. If they ` +
    'are rows of this load, the retry inserts them a second time.'
  );
}

/**
 * Refuses to insert rows of a result file that were retried.
 * @throws UsageError the retry has saved some of them, or may
 */
export async function requireNotRetriedFiles(plan: LoadPlan, org: RunOrg, store: RunStore): Promise<void> {
  const { retryOf, ofCopy, inputs = [] } = plan;
  if (retryOf !== undefined || ofCopy !== undefined || !inserts(plan)) return;
  for await (const by of store.each()) {
    const retry = planOf(by);
    if (retry?.retryOf === undefined || !isAlike({ plan, org }, by)) continue;
    if (isMerged(by.records) || !mayHaveSaved(by)) continue;
    const files = await filesRetriedBy(retry, store);
    for (const file of files) {
      for (const input of inputs) {
        const how = recognized(input, file);
        if (how === undefined || (how === 'bytes' && isInputOf(retry, input))) continue;
        if (await isNamedAfterOther(input, files, store)) continue;
        throw wasRetried({ file, input, by, how }, plan);
      }
    }
  }
}

/** The files that a retry has rows of: those of the load before, and where that was a retry, of the loads before it. */
async function filesRetriedBy(retry: LoadPlan, store: RunStore): Promise<LeftFile[]> {
  const all: LeftFile[] = [];
  for (let plan: LoadPlan | undefined = retry; plan?.retryOf !== undefined;) {
    const { retryOf, retried = [] }: LoadPlan = plan;
    const load: RunView | undefined = await store.find(retryOf);
    const files = load === undefined ? [] : await leftFilesOf(load, retried, store);
    const read = retried.map((file) => ({ runId: retryOf, path: file.path ?? '', written: [], read: file }));
    all.push(...(files.length > 0 ? files : read));
    plan = load && planOf(load);
  }
  return all;
}

function wasRetried({ input, by, how }: Loaded, { object }: LoadPlan): UsageError {
  const name = nameOfRun(by);
  const path = input.path ?? 'the input';
  const were = isFinished(by.records) ? 'were' : 'are being';
  const isCutShort = isFinished(by.records) && loadStatusOf(by.runId, by.records)?.files === undefined;
  const load = `load that: sf bulk2 insert --sobject ${object} --file FILE`;
  const rest = isCutShort ? "the rows that it hasn't saved" : 'the rows, without sf__Id and sf__Error,';
  const copy = `${isCutShort ? 'C' : 'If those records were deleted since, c'}opy ${rest} into a file of another name, and ${load}`;
  return new UsageError(
    `The rows of ${path} ${were} retried by job ${name}: those that were saved then would be inserted a second time.`,
    {
      actions: [
        ...goOn(by),
        ...(isCutShort || how === 'bytes' ? [copy] : []),
        ...(how === 'name' ? ['If other rows are in the file now, load it under another name.'] : []),
      ],
      data: { path, jobId: name },
    },
  );
}

/**
 * Begins a load that nobody else has the rows of. Of a retry and a load of its rows that begin at once, the one that comes
 * first does: the other one waits for that, and is refused.
 * @param begin lets others find it
 * @throws UsageError another load has them; nothing was sent
 */
export async function besideNoOther<T>(
  { plan, org }: LoadRecord,
  context: RunContext,
  begin: () => Promise<T>,
): Promise<T> {
  const { object, ofCopy } = plan;
  if (ofCopy !== undefined || !mayCreate(plan)) return begin();
  const name = JSON.stringify(['records are created', orgKey(org), object.toLowerCase()]);
  return inTurn(name, context, async () => {
    await requireAlone(plan, org, context.store);
    return begin();
  });
}

async function requireAlone(plan: LoadPlan, org: RunOrg, store: RunStore): Promise<void> {
  const { retryOf, retried = [] } = plan;
  const run = retryOf === undefined ? undefined : await store.find(retryOf);
  if (run === undefined) await requireNotRetriedFiles(plan, org, store);
  else await requireNotLoaded(run, retried, store);
}

function goOn(run: RunView): string[] {
  const name = nameOfRun(run);
  if (!isFinished(run.records)) return [`Go on from there: sf bulk2 job resume --id ${name}`];
  const status = loadStatusOf(run.runId, run.records);
  if (status?.files === undefined) return [`See what it has saved: sf bulk2 job results --id ${name}`];
  const isAllSaved = status.failed === 0 && status.unprocessed === 0;
  return isAllSaved ? [] : [`Go on from there: sf bulk2 job retry --id ${name}`];
}

/**
 * Whether a row that is in the org already is there twice after the load. An upsert by Id creates a record of each row that has
 * none; one by another field finds what is there.
 */
function inserts({ operation, externalId = 'Id' }: LoadPlan): boolean {
  return operation === 'insert' || (operation === 'upsert' && externalId.toLowerCase() === 'id');
}

function mayCreate({ operation }: LoadPlan): boolean {
  return operation === 'insert' || operation === 'upsert';
}

/** Whether a run may create records of the same object in the same org. */
function isAlike({ plan, org }: Pick<LoadRecord, 'plan' | 'org'>, { records: [first] }: RunView): boolean {
  return (
    first?.type === 'load' &&
    mayCreate(first.plan) &&
    first.plan.object.toLowerCase() === plan.object.toLowerCase() &&
    isSameOrg(first.org, org)
  );
}

function planOf({ records: [first] }: RunView): LoadPlan | undefined {
  return first?.type === 'load' ? first.plan : undefined;
}

/** The files that a load was given, unless it is a retry, which has those of the load that it retries, or a step of a copy. */
function inputsOf(run: RunView): readonly InputMark[] {
  const { retryOf, ofCopy, inputs = [] } = planOf(run) ?? {};
  return retryOf === undefined && ofCopy === undefined ? inputs : [];
}
