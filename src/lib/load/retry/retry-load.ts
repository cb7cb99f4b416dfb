import { access } from 'node:fs/promises';
import type { DescribeOf } from '../../describe/describe.js';
import { UsageError } from '../../errors.js';
import { isFinished, jobIdsOf, type RunStore, type RunView } from '../../run/store.js';
import type { RunContext } from '../../run/context.js';
import { requireOwnOrg } from '../../run/org.js';
import { requireResultsFolder } from '../collect/results-folder.js';
import type { PlannedLoad } from '../plan/plan.js';
import { retriesOf } from '../retries-of.js';
import { loadStatusOf } from '../status.js';
import { planRows } from './plan-retry.js';
import type { RowFiles } from './select-rows.js';

/**
 * Plans to send all failed and unprocessed rows of a load that has ended again, as a load of its own.
 * @returns undefined when every row has succeeded
 * @throws UsageError the load began in another org or has not ended, its result files are gone, or its rows were sent
 *   again before: what succeeded then must not be sent a third time
 */
export async function planRetryOf(
  run: RunView,
  describeOf: DescribeOf,
  context: RunContext,
): Promise<PlannedLoad | undefined> {
  await requireOwnOrg(run.records, context);
  const status = loadStatusOf(run.runId, run.records);
  const jobId = jobIdsOf(run.records)[0] ?? '';
  if (status === undefined) throw new UsageError(`Job ${jobId} is an export; a load can be retried.`);
  const { plan, files } = status;
  if (files === undefined) {
    throw new UsageError(`The load of job ${jobId} has not ended, so that it is not known what has failed.`, {
      actions: [`Resume it first: sf bulk2 job resume --id ${jobId}`],
    });
  }
  await requireNotRetried(run, jobId, context.store);
  await requireThere(files);
  const runId = await context.store.begin();
  await requireResultsFolder(plan.resultsDir, runId);
  const rows = await planRows({
    plan,
    files,
    failed: 'all',
    describeOf,
    pathFor: (name) => context.store.pathFor(runId, `retry.${name}`),
    firstPart: 0,
  });
  if (rows === undefined) return undefined;
  // How long it is waited for, and how many rows may fail, is for whoever retries them to say.
  const retry = { retries: 0, wait: 'end', maxFailures: undefined, retryOf: run.runId } as const;
  return { runId, plan: { ...plan, ...rows, ...retry }, warnings: [] };
}

async function requireNotRetried({ runId }: RunView, jobId: string, store: RunStore): Promise<void> {
  for (const view of await retriesOf(runId, store)) {
    const retryId = jobIdsOf(view.records)[0];
    if (retryId === undefined) await removeUnbegun(view, store);
    else throw alreadyRetried(jobId, retryId, view);
  }
}

/** A retry that has no job has sent nothing; it must not be resumed beside the new one. */
async function removeUnbegun({ runId }: RunView, store: RunStore): Promise<void> {
  // Opening it proves that no other process is at work on it.
  await (await store.open(runId)).close();
  await store.remove(runId);
}

function alreadyRetried(jobId: string, retryId: string, { records }: RunView): UsageError {
  const hasEnded = isFinished(records);
  const next = hasEnded ? `sf bulk2 job retry --id ${retryId}` : `sf bulk2 job resume --id ${retryId}`;
  return new UsageError(
    `The rows of job ${jobId} were sent again by job ${retryId}; those that have succeeded would be loaded twice.`,
    { actions: [`Go on from there: ${next}`], data: { retryJobId: retryId } },
  );
}

async function requireThere({ failed, unprocessed }: RowFiles): Promise<void> {
  for (const path of [failed, unprocessed].filter((each) => each !== null)) {
    await access(path).catch((cause: unknown) => {
      throw new UsageError(`The result file ${path} is not there any more.`, {
        cause,
        actions: ['Get the results from the org again: sf bulk2 job results'],
      });
    });
  }
}
