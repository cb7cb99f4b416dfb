import { ApiError } from '../api/errors.js';
import { orgMemory } from '../run/org-memory.js';
import type { RunContext } from '../run/context.js';
import { giveUpLoad, runPlanned } from './load.js';
import type { LoadOptions } from './load-run.js';
import type { PlannedLoad } from './plan/plan.js';
import type { LoadStatus } from './status.js';

const refusesCompression = 'refuses-compressed-uploads';

/**
 * Runs a planned load. Compressed uploads are not documented for Bulk API 2.0: an org that refuses them, or whose jobs
 * then fail as a whole with nothing processed, gets the same rows again as they are, and is remembered.
 */
export async function runCompressed(
  { runId, plan, warnings }: PlannedLoad,
  options: LoadOptions,
  context: RunContext,
): Promise<LoadStatus> {
  const memory = orgMemory(context);
  const plain: PlannedLoad = { runId, warnings, plan: { ...plan, compress: false } };
  if (plan.compress !== true || (await memory.has(refusesCompression)))
    return runPlanned(plain, options, context);
  const outcome = await tryCompressed({ runId, plan, warnings }, options, context);
  if (outcome !== undefined) return outcome;
  await memory.add(refusesCompression);
  // The first run's journal tells of jobs that took nothing; the rows go into a run of their own.
  return runPlanned({ ...plain, runId: await context.store.begin() }, options, context);
}

/** Undefined when the org has turned out not to take compressed uploads, and has processed nothing of them. */
async function tryCompressed(
  planned: PlannedLoad,
  options: LoadOptions,
  context: RunContext,
): Promise<LoadStatus | undefined> {
  try {
    const status = await runPlanned(planned, options, context);
    return tookNothing(status) ? undefined : status;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 415) throw error;
    await giveUpLoad(planned.runId, context);
    return undefined;
  }
}

function tookNothing({ jobs, processed }: LoadStatus): boolean {
  return jobs.length > 0 && processed === 0 && jobs.every(({ state }) => state === 'Failed');
}
