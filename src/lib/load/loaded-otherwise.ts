import { basename } from 'node:path';
import { UsageError } from '../errors.js';
import { realPaths } from '../files/real-paths.js';
import type { RunContext } from '../run/context.js';
import { inTurn } from '../run/in-turn.js';
import { isSameOrg, orgKey } from '../run/org.js';
import type { InputMark, JournalRecord, LoadPlan, RunOrg } from '../run/record.js';
import { isFinished, nameOfRun, type RunStore, type RunView } from '../run/store.js';
import { mayHaveSaved, retriesOf } from './account.js';
import { loadStatusOf, type LoadStatus } from './model/status.js';

// The rows that a load has left can be retried, or their result file can be loaded as any other file. Where both create
// records, these would be in the org twice.

/** A file by what is known of it: where it is, and what was read of it. */
type KnownFile = Partial<InputMark>;

export type LoadRecord = Extract<JournalRecord, { readonly type: 'load' }>;

/**
 * Refuses to retry rows of a load that creates records if another one has loaded their result file.
 * @param files the result files, as they are now
 * @throws UsageError that load has saved some of them, or may
 */
export async function requireNotLoaded(
  { runId, records }: RunView,
  files: readonly KnownFile[],
  store: RunStore,
): Promise<void> {
  const [first] = records;
  const status = loadStatusOf(runId, records);
  if (first?.type !== 'load' || status === undefined || !createsRecords(first.plan)) return;
  const left = leftFiles(status);
  const all = [...left, ...files];
  const wanted = await inAllWays(all);
  let loaded: { readonly path: string; readonly by: RunView } | undefined;
  const free = new Set(left.map(({ path }) => path));
  for await (const other of store.each()) {
    if (other.runId <= runId || !isAlike(first, other) || !mayHaveSaved(other)) continue;
    for (const input of inputsOf(other)) {
      if (!wanted(input)) continue;
      loaded = { path: input.path ?? nameOfRun(other), by: other };
      for (const each of left) if ((await inAllWays([each]))(input)) free.delete(each.path);
    }
  }
  if (loaded === undefined) return;
  const { path, by } = loaded;
  const was = isFinished(by.records) ? 'was' : 'is being';
  const { object } = first.plan;
  throw new UsageError(
    `${path} ${was} loaded by job ${nameOfRun(by)}: a retry would insert the rows that were saved then a second time.`,
    {
      actions: [
        ...goOn(by),
        ...[...free].map((each) => `Load the other rows: sf bulk2 insert --sobject ${object} --file ${each}`),
      ],
      data: { path, jobId: nameOfRun(by) },
    },
  );
}

/**
 * Refuses to create records of a result file whose rows were retried.
 * @throws UsageError the retry has saved some of them, or may
 */
export async function requireNotRetriedFiles(plan: LoadPlan, org: RunOrg, store: RunStore): Promise<void> {
  const { retryOf, ofCopy, inputs = [] } = plan;
  if (retryOf !== undefined || ofCopy !== undefined || !createsRecords(plan)) return;
  if (inputs.every(({ path, bytes }) => path === undefined && bytes === 0)) return;
  for await (const load of store.each()) {
    if (!isAlike({ plan, org }, load)) continue;
    const retry = await retryOfSome(inputs, load, store);
    if (retry === undefined) continue;
    const { path, by } = retry;
    const were = isFinished(by.records) ? 'were' : 'are being';
    throw new UsageError(
      `The rows of ${path} ${were} retried by job ${nameOfRun(by)}: those that were saved then would be inserted a second time.`,
      {
        actions: [...goOn(by), 'If other rows are in the file now, load it under another name.'],
        data: { path, jobId: nameOfRun(by) },
      },
    );
  }
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
  const { operation, object, ofCopy } = plan;
  if (ofCopy !== undefined || (operation !== 'insert' && operation !== 'upsert')) return begin();
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

/** A retry that has sent some of these inputs, whatever load it is of. */
async function retryOfSome(
  inputs: readonly InputMark[],
  load: RunView,
  store: RunStore,
): Promise<{ readonly path: string; readonly by: RunView } | undefined> {
  const { retried = [] } = planOf(load) ?? {};
  const sent = inputs.find((input) => retried.some((each) => hasSameBytes(each, input)));
  if (sent !== undefined && mayHaveSaved(load)) return { path: sent.path ?? 'standard input', by: load };
  const status = loadStatusOf(load.runId, load.records);
  const wanted = await inAllWays(status === undefined ? [] : leftFiles(status));
  const left = inputs.find(wanted);
  const by = left === undefined ? undefined : (await retriesOf(load.runId, store)).find(mayHaveSaved);
  return by === undefined ? undefined : { path: left?.path ?? '', by };
}

/**
 * A test for files that are among these: by path, by bytes, or by the name of a result file, in whatever folder it is, since
 * that has the id of a job.
 */
async function inAllWays(files: readonly KnownFile[]): Promise<(file: KnownFile) => boolean> {
  // As journals have the paths of inputs.
  const paths = await realPaths(files.flatMap(({ path }) => path ?? []));
  const names = new Set(files.flatMap(({ path = '' }) => resultName(path) ?? []));
  return (file) => {
    const name = resultName(file.path ?? '');
    if (paths.has(file.path ?? '')) return true;
    return (name !== undefined && names.has(name)) || files.some((each) => hasSameBytes(each, file));
  };
}

function hasSameBytes(one: KnownFile, { bytes, crc32 }: KnownFile): boolean {
  return bytes !== undefined && bytes > 0 && one.bytes === bytes && one.crc32 === crc32;
}

/** As the load has named it, be it compressed now. */
function resultName(path: string): string | undefined {
  return /^\w{15,}-(?:failed|unprocessed)-records\.csv/i.exec(basename(path))?.[0].toLowerCase();
}

function leftFiles({ files }: LoadStatus): Array<{ readonly path: string }> {
  return [files?.failed, files?.unprocessed].flatMap((path) => (typeof path === 'string' ? { path } : []));
}

function goOn(run: RunView): string[] {
  const name = nameOfRun(run);
  if (!isFinished(run.records)) return [`Go on from there: sf bulk2 job resume --id ${name}`];
  const status = loadStatusOf(run.runId, run.records);
  if (status?.files === undefined) return [`See what it has saved: sf bulk2 job results --id ${name}`];
  const isAllSaved = status.failed === 0 && status.unprocessed === 0;
  return isAllSaved ? [] : [`Go on from there: sf bulk2 job retry --id ${name}`];
}

/** Whether a row that is sent twice may be in the org twice. An upsert by Id creates records of the rows that have none. */
function createsRecords({ operation, externalId = 'Id' }: LoadPlan): boolean {
  return operation === 'insert' || (operation === 'upsert' && externalId.toLowerCase() === 'id');
}

/** Whether a run creates records of the same object in the same org. */
function isAlike({ plan, org }: Pick<LoadRecord, 'plan' | 'org'>, { records: [first] }: RunView): boolean {
  return (
    first?.type === 'load' &&
    createsRecords(first.plan) &&
    first.plan.object.toLowerCase() === plan.object.toLowerCase() &&
    isSameOrg(first.org, org)
  );
}

function planOf({ records: [first] }: RunView): LoadPlan | undefined {
  return first?.type === 'load' ? first.plan : undefined;
}

function inputsOf(run: RunView): readonly InputMark[] {
  const plan = planOf(run);
  // A retry has the inputs of the load that it retries.
  return plan?.retryOf === undefined ? (plan?.inputs ?? []) : [];
}
