import { Events } from '../../events.js';
import type { RunContext } from '../../run/context.js';
import type { JournalRecord, LoadPlan, SourceFile } from '../../run/record.js';
import { inputNow, type InputNow } from './input-now.js';
import { mostJobBytes, type LoadRequest } from '../model/request.js';
import { roundsOf } from '../model/rounds.js';
import { fileAt } from '../plan/inputs.js';
import { planLoad, type PlannedLoad } from '../plan/plan.js';
import { hasSegments, segmentsOf } from '../upload/unchanged.js';

type Remaking = {
  /** A folder that can be written to; nothing is put there. */
  readonly resultsDir: string;
  readonly context: RunContext;
};

/**
 * Works with the input of a load. Copies that were sent in place of the files are not kept once the load has ended: they are made
 * again of files that have not changed, for as long as the work takes, and count only if they have the same bytes.
 */
export async function withInput<T>(
  records: readonly JournalRecord[],
  remaking: Remaking,
  work: (input: InputNow) => Promise<T>,
): Promise<T> {
  const now = await inputNow(records);
  const [plan] = roundsOf(records);
  if (now.isThere || now.why === 'changed' || !isOfFiles(plan)) return work(now);
  if (!(await areUnchanged(plan))) return work({ isThere: false, why: 'changed' });
  const made = await makeAgain(plan, remaking);
  if (made === undefined) return work(now);
  const { store } = remaking.context;
  try {
    return await work(
      (await isSame(plan, made.plan.sources)) ? { isThere: true, sources: made.plan.sources } : now,
    );
  } finally {
    await store.remove(made.runId);
  }
}

/**
 * What was made of records, of the rows of result files, or with ids that the org had then is not made again: the files of the
 * person are not all that it took.
 */
function isOfFiles({ inputs = [], retryOf, change, ofCopy, keyField }: LoadPlan): boolean {
  const isOther = [retryOf, change, ofCopy, keyField].some((each) => each !== undefined);
  return !isOther && inputs.length > 0 && inputs.every(({ path }) => path !== undefined);
}

/** By their sizes alone: whether they have the same bytes is seen when all is made again. */
async function areUnchanged({ inputs = [] }: LoadPlan): Promise<boolean> {
  for (const { path = '', size } of inputs) if ((await fileAt(path)).size !== size) return false;
  return true;
}

/** @returns undefined where the files can't be loaded as they are now */
async function makeAgain(
  plan: LoadPlan,
  { resultsDir, context }: Remaking,
): Promise<PlannedLoad | undefined> {
  try {
    return await planLoad(requestOf(plan, resultsDir), context, new Events());
  } catch {
    context.signal?.throwIfAborted();
    return undefined;
  }
}

/** What makes the same of the files as the load has made. How that is cut into jobs doesn't matter. */
function requestOf(plan: LoadPlan, resultsDir: string): LoadRequest {
  const { operation, object, externalId, sources, inputs = [], options = {} } = plan;
  return {
    operation,
    object,
    ...(externalId === undefined ? {} : { externalId }),
    inputs: sources.map(({ name }, index) => ({ name, path: inputs[index]?.path ?? '' })),
    reading: options,
    columns: options,
    limits: { maxJobBytes: mostJobBytes, maxRowsPerJob: Number.POSITIVE_INFINITY, concurrency: 1 },
    resultsDir,
    preflight: plan.isUnchecked !== true,
    setAsideInvalid: options.setAsideInvalid === true,
    keepColumns: plan.keptColumns !== undefined,
    wait: 'end',
  };
}

async function isSame(plan: LoadPlan, sources: readonly SourceFile[]): Promise<boolean> {
  if (sources.length !== plan.sources.length) return false;
  for (const [index, source] of sources.entries())
    if (!(await hasSegments(source, segmentsOf(plan, index)))) return false;
  return true;
}
