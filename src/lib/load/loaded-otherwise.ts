import { UsageError } from '../errors.js';
import { realPaths } from '../files/real-paths.js';
import { isSameOrg } from '../run/org.js';
import type { LoadPlan, RunOrg } from '../run/record.js';
import { isFinished, nameOfRun, type RunStore, type RunView } from '../run/store.js';
import { mayHaveSaved, retriesOf } from './account.js';
import { loadStatusOf } from './model/status.js';

// The rows that a load has left can be retried, or their result file can be loaded as any other file. Inserts of both
// would be in the org twice.

/**
 * Refuses to retry rows of an insert whose result file another insert has loaded.
 * @param paths of the load's result files, where they are now
 * @throws UsageError that load has saved some of them, or may
 */
export async function requireNotLoaded(
  { runId, records }: RunView,
  paths: ReadonlyArray<string | null>,
  store: RunStore,
): Promise<void> {
  const [first] = records;
  if (first?.type !== 'load' || first.plan.operation !== 'insert') return;
  // As journals have the paths of inputs.
  const files = await realPaths(paths.filter((path) => path !== null));
  for await (const other of store.each()) {
    if (other.runId <= runId || !mayHaveSaved(other) || !isInsertInto(first.org, other)) continue;
    const [path] = inputsOf(other).filter((each) => files.has(each));
    if (path === undefined) continue;
    const name = nameOfRun(other);
    const was = isFinished(other.records) ? 'was' : 'is being';
    throw new UsageError(
      `${path} ${was} loaded by job ${name}: a retry would insert the rows that were saved then a second time.`,
      { actions: [goOn(other)], data: { path, jobId: name } },
    );
  }
}

/**
 * Refuses to insert the result file of an insert whose rows were retried.
 * @throws UsageError the retry has saved some of them, or may
 */
export async function requireNotRetriedFiles(plan: LoadPlan, org: RunOrg, store: RunStore): Promise<void> {
  const { operation, retryOf, ofCopy, inputs = [] } = plan;
  if (operation !== 'insert' || retryOf !== undefined || ofCopy !== undefined) return;
  const wanted = new Set(inputs.flatMap(({ path }) => path ?? []));
  if (wanted.size === 0) return;
  for await (const load of store.each()) {
    if (!isInsertInto(org, load)) continue;
    const files = loadStatusOf(load.runId, load.records)?.files;
    const left = [files?.failed, files?.unprocessed].filter((each) => typeof each === 'string');
    const path = [...(await realPaths(left))].find((each) => wanted.has(each));
    const retry = path === undefined ? undefined : (await retriesOf(load.runId, store)).find(mayHaveSaved);
    if (path === undefined || retry === undefined) continue;
    const name = nameOfRun(retry);
    const were = isFinished(retry.records) ? 'were' : 'are being';
    throw new UsageError(
      `The rows of ${path} ${were} retried by job ${name}: those that were saved then would be inserted a second time.`,
      {
        actions: [goOn(retry), 'If other rows are in the file now, load it under another name.'],
        data: { path, jobId: name },
      },
    );
  }
}

function goOn(run: RunView): string {
  const name = nameOfRun(run);
  if (!isFinished(run.records)) return `Go on from there: sf bulk2 job resume --id ${name}`;
  return loadStatusOf(run.runId, run.records)?.files === undefined
    ? `See what it has saved: sf bulk2 job results --id ${name}`
    : `Go on from there: sf bulk2 job retry --id ${name}`;
}

function isInsertInto(org: RunOrg, { records: [first] }: RunView): boolean {
  return first?.type === 'load' && first.plan.operation === 'insert' && isSameOrg(first.org, org);
}

function inputsOf({ records: [first] }: RunView): string[] {
  // A retry has the inputs of the load that it retries.
  if (first?.type !== 'load' || first.plan.retryOf !== undefined) return [];
  return first.plan.inputs?.flatMap(({ path }) => path ?? []) ?? [];
}
