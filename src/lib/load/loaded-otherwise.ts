import { basename } from 'node:path';
import { UsageError } from '../errors.js';
import type { RunContext } from '../run/context.js';
import { inTurn } from '../run/in-turn.js';
import { orgKey } from '../run/org.js';
import type { InputMark, JournalRecord, LoadPlan, RunOrg } from '../run/record.js';
import { endOf, isFinished, nameOfRun, type RunStore, type RunView } from '../run/store.js';
import { isMerged, mayHaveSaved } from './account.js';
import { filesRetriedByCopy } from './files-of-copy.js';
import {
  isInputOf,
  isNamedAfterOther,
  leftFilesOf,
  recognized,
  type KnownFile,
  type LeftFile,
} from './left-files.js';
import { loadsOfFiles, mayCreate, mayCreateIn, type Loaded } from './loads-of-files.js';
import { loadStatusOf } from './model/status.js';
import { missingText } from './retry/missing-rows.js';

// The rows that a load has left can be retried, or their result file can be loaded as any other file. Where the second of the
// two inserts, rows that the first has saved are in the org twice. The same holds for the rows that a copy has left.

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
  const { plan, org } = first;
  const { object } = plan;
  const found = await loadsOfFiles({ files, org, object, runId: load.runId, plan }, store);
  const { loaded } = found;
  const [one] = loaded;
  if (one === undefined) return found.similar.map(({ by, input }) => maybeLoaded(by, input, 'load'));
  // What was loaded from a file of an earlier load may be any of the rows that are left.
  const isOfEarlier = loaded.some(({ file }) => !own.includes(file));
  const others = isOfEarlier ? [] : own.filter((file) => loaded.every((each) => each.file !== file));
  throw wasLoaded(one, { others, isOfEarlier, isBefore: one.by.runId < load.runId }, first.plan);
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
  const copy = `Copy the rows alone that it didn't have into a file of another name, and load that: ${insert} FILE`;
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

/** Warns of a load of rows that may be those of a retry. @param of what has left these */
export function maybeLoaded(by: RunView, { path }: InputMark, of: 'load' | 'copy'): string {
  const what = path === undefined ? 'rows' : basename(path);
  const has = isFinished(by.records) ? 'has loaded' : 'is loading';
  return (
    `Job ${nameOfRun(by)} ${has} ${what} with the errors of failed rows, and it isn't known of which load these were. If they ` +
    `are rows of this ${of}, the retry inserts them a second time.`
  );
}

/**
 * Refuses to insert rows of a result file that were retried.
 * @throws UsageError the retry has saved some of them, or may
 */
export async function requireNotRetriedFiles(plan: LoadPlan, org: RunOrg, store: RunStore): Promise<void> {
  const { retryOf, ofCopy, inputs = [] } = plan;
  if (retryOf !== undefined || ofCopy !== undefined || !inserts(plan)) return;
  const { object } = plan;
  for await (const by of store.each()) {
    const retry = planOf(by);
    const files =
      (await filesRetriedByCopy(by, { org, object }, store)) ??
      (await retriedFiles(by, { org, object }, store));
    for (const file of files) {
      for (const input of inputs) {
        const how = recognized(input, file);
        if (how === undefined || (how === 'bytes' && retry !== undefined && isInputOf(retry, input)))
          continue;
        if (await isNamedAfterOther(input, files, store)) continue;
        throw wasRetried({ file, input, by, how }, plan);
      }
    }
  }
}

type RetryOfLoad = { readonly object: string; readonly org: RunOrg };

/** The files whose rows a retry of a load into the same object has saved, or may; none for any other run. */
async function retriedFiles(by: RunView, into: RetryOfLoad, store: RunStore): Promise<LeftFile[]> {
  const retry = planOf(by);
  if (retry?.retryOf === undefined || !mayCreateIn(into, by)) return [];
  return isMerged(by.records) || !mayHaveSaved(by) ? [] : filesRetriedBy(retry, store);
}

/** The files that a retry has rows of: those of the load before, and where that was a retry, of the loads before it. */
export async function filesRetriedBy(retry: LoadPlan, store: RunStore): Promise<LeftFile[]> {
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
  const [first] = by.records;
  const isCopy = first?.type === 'copy';
  const name = nameOfRun(by);
  const path = input.path ?? 'the input';
  const were = isFinished(by.records) ? 'were' : 'are being';
  const isCutShort =
    !isCopy && isFinished(by.records) && loadStatusOf(by.runId, by.records)?.files === undefined;
  const load = `load that: sf bulk2 insert --sobject ${object} --file FILE`;
  const named = missingText(planOf(by)?.missing ?? { count: 0, places: [] });
  const which = named === undefined ? '' : ` (${named})`;
  const own = isCopy ? 'sf__Id, sf__Error and source__Id' : 'sf__Id and sf__Error';
  const rest = isCutShort ? "the rows that it hasn't saved" : `the rows, without ${own},`;
  const copy = `${isCutShort ? 'C' : 'If those records were deleted since, c'}opy ${rest} into a file of another name, and ${load}`;
  const retried = `${were} retried by ${isCopy ? 'the copy' : 'job'} ${name}`;
  return new UsageError(
    `The rows of ${path} ${retried}: those that were saved then would be inserted a second time.`,
    {
      actions: [
        ...(isCopy ? goOnWithCopy(by) : goOn(by)),
        ...(isCutShort || how === 'bytes' ? [copy] : []),
        ...(how === 'name'
          ? [
              `If rows are in the file that were not retried${which}, copy those alone into a file of another name, and ${load}`,
            ]
          : []),
      ],
      data: isCopy ? { path, runId: by.runId } : { path, jobId: name },
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
  return whileNoneBegins([object], { org, context }, async () => {
    await requireAlone(plan, org, context.store);
    return begin();
  });
}

/** Does something short while no load into these objects begins that may create records. */
export function whileNoneBegins<T>(
  objects: readonly string[],
  { org, context }: { readonly org: RunOrg; readonly context: RunContext },
  work: () => Promise<T>,
): Promise<T> {
  // In one order: two processes never wait for each other.
  const names = [...new Set(objects.map((object) => object.toLowerCase()))].sort();
  const inTurns = names.reduceRight<() => Promise<T>>(
    (rest, object) => () =>
      inTurn(JSON.stringify(['records are created', orgKey(org), object]), context, rest),
    work,
  );
  return inTurns();
}

async function requireAlone(plan: LoadPlan, org: RunOrg, store: RunStore): Promise<void> {
  const { retryOf, retried = [] } = plan;
  const run = retryOf === undefined ? undefined : await store.find(retryOf);
  if (run === undefined) await requireNotRetriedFiles(plan, org, store);
  else await requireNotLoaded(run, retried, store);
}

/** How to go on with a load that has rows of another one. */
export function goOn(run: RunView): string[] {
  const name = nameOfRun(run);
  if (!isFinished(run.records)) return [`Go on from there: sf bulk2 job resume --id ${name}`];
  const status = loadStatusOf(run.runId, run.records);
  if (status?.files === undefined) return [`See what it has saved: sf bulk2 job results --id ${name}`];
  const isAllSaved = status.failed === 0 && status.unprocessed === 0;
  return isAllSaved ? [] : [`Go on from there: sf bulk2 job retry --id ${name}`];
}

function goOnWithCopy({ runId, records }: RunView): string[] {
  if (!isFinished(records)) return [`Go on from there: sf bulk2 job resume --id ${runId}`];
  if (endOf(records)?.isAborted === true)
    return [`See what it had copied: sf bulk2 job report --id ${runId}`];
  return [`Send what is left of the copy: sf bulk2 job retry --id ${runId}`];
}

/**
 * Whether a row that is in the org already is there twice after the load. An upsert by Id creates a record of each row that has
 * none; one by another field finds what is there.
 */
function inserts({ operation, externalId = 'Id' }: LoadPlan): boolean {
  return operation === 'insert' || (operation === 'upsert' && externalId.toLowerCase() === 'id');
}

function planOf({ records: [first] }: RunView): LoadPlan | undefined {
  return first?.type === 'load' ? first.plan : undefined;
}
