import { UsageError } from '../errors.js';
import { jobIdsOf, nameOfRun, type RunStore, type RunView } from '../run/store.js';
import type { RunContext } from '../run/context.js';
import { openInterrupted } from '../run/open-interrupted.js';
import { requireOwnOrg } from '../run/org.js';
import { requireResultsFolder } from './model/request.js';
import { brakeProblems, failedRowsAllowed } from './model/brake.js';
import { startLoad, type LoadOptions } from './load.js';
import type { PlannedLoad } from './plan/plan.js';
import { hasEndedUnprocessed, retriesOf } from './account.js';
import { filesRetriedBy, requireNotLoaded } from './loaded-otherwise.js';
import { loadStatusOf, type LoadStatus } from './model/status.js';
import { alreadyRetried, noResults, requireOlderUnchanged, requireThere } from './retry-refusals.js';
import { planRetriedRows, type RetryReading } from './retry-rows.js';
import { leftBefore } from './retry/known-rows.js';

/** Absolute paths of result files that are not where the load has put them. */
export type MovedFiles = { readonly failed?: string; readonly unprocessed?: string };

/** What is read for a retry, and where the result files are now that have been moved. */
type RetrySources = RetryReading & {
  readonly moved?: MovedFiles | undefined;
  /** Absolute; gets the result files of the retry. Default: the folder of the load's own. */
  readonly resultsDir?: string | undefined;
  /** Absolute; where whoever resumes the retry writes its report. The load's own stays that of the load. */
  readonly reportPath?: string | undefined;
};

/** How a load is retried, and how that is followed. */
export type RetryOptions = Omit<LoadOptions, 'resultsDir'> &
  RetrySources & {
    /** Hears of the plan before anything is sent. */
    readonly onPlanned: (planned: PlannedLoad) => void;
  };

/**
 * Retries a load and runs that to its end. Meanwhile nobody else can: two retries would load the same rows.
 * @returns undefined when there is nothing to retry
 * @throws as `planRetryOf` and `startLoad` do
 * @throws RunLockedError another process works on the load
 */
export async function retryLoad(
  run: RunView,
  { describeOf, moved, encoding, queryCsv, resultsDir, reportPath, onPlanned, ...options }: RetryOptions,
  context: RunContext,
): Promise<LoadStatus | undefined> {
  const { deadline } = context;
  const held = await openInterrupted({ runId: run.runId, deadline, events: options.events }, context);
  try {
    const planned = await planRetryOf(
      run,
      { describeOf, moved, encoding, queryCsv, resultsDir, reportPath },
      context,
    );
    if (planned === undefined) return undefined;
    const { plan, warnings } = planned;
    const { maxFailures: limit } = options;
    const maxFailures = limit === undefined ? undefined : failedRowsAllowed(limit, plan.rows);
    const unstoppable = maxFailures === undefined ? [] : brakeProblems({ ...plan, maxFailures });
    onPlanned({ ...planned, warnings: [...warnings, ...unstoppable] });
    return await startLoad(planned, options, context);
  } finally {
    await held.close();
  }
}

/**
 * Plans to send the rows again that are in a load's files of failed and unprocessed records now, as a load of its own. Rows
 * that a person has removed from the files stay what they are.
 * @returns undefined when every row has succeeded
 * @throws UsageError the load began in another org or has not ended, its result files are gone or have more rows than it put
 *   there, or its rows were sent again before: what succeeded then must not be sent a third time
 * @throws InputError the files cannot be sent as they are now
 */
export async function planRetryOf(
  run: RunView,
  { moved = {}, resultsDir: folder, reportPath, ...reading }: RetrySources,
  context: RunContext,
): Promise<PlannedLoad | undefined> {
  await requireOwnOrg(run.records, context);
  const status = loadStatusOf(run.runId, run.records);
  const name = nameOfRun(run);
  if (status === undefined) throw new UsageError(`Job ${name} is an export; a load can be retried.`);
  const { plan, files } = status;
  if (files === undefined) throw noResults(run, status);
  await requireNotRetried(run, context.store);
  const written = (['failed', 'unprocessed'] as const).flatMap((kind) => {
    const path = files[kind];
    if (path !== null) return [{ kind, path: moved[kind] ?? path, rows: status[kind] }];
    if (moved[kind] === undefined) return [];
    throw new UsageError(
      `The load of job ${name} has no ${kind} rows, so that ${moved[kind]} is none of its files.`,
    );
  });
  if (written.length === 0) return undefined;
  const similar = await requireNotLoaded(run, written, context.store);
  await requireThere(written, status);
  await requireOlderUnchanged(await filesRetriedBy(plan, context.store), written, status);
  const runId = await context.store.begin();
  const resultsDir = folder ?? plan.resultsDir;
  try {
    await requireResultsFolder(resultsDir, runId);
    const left = await leftBefore(run.records, (name) => context.store.pathFor(run.runId, name));
    const rows = await planRetriedRows(written, { ...reading, plan, left, name, runId, context });
    // How long it is waited for, and how many rows may fail, is for whoever retries them to say.
    const retry = {
      resultsDir,
      reportPath,
      retries: 0,
      wait: 'end',
      maxFailures: undefined,
      setAside: rows.setAside,
      stampField: undefined,
      retryOf: run.runId,
      retried: rows.marks,
    } as const;
    const told = [...similar, ...rows.warnings];
    const warnings = told.map((message) => ({
      /** What the retry found in the result files, and of other loads of them. */ code: 'RETRY',
      message,
    }));
    return { runId, plan: { ...rows.plan, ...retry, warnings: told }, warnings };
  } catch (error) {
    await context.store.remove(runId);
    throw error;
  }
}

async function requireNotRetried(run: RunView, store: RunStore): Promise<void> {
  for (const view of await retriesOf(run.runId, store)) {
    const retryId = jobIdsOf(view.records)[0];
    if (retryId === undefined) await removeUnbegun(view, store);
    else if (!hasEndedUnprocessed(view)) throw alreadyRetried(run, retryId, await lastRetryOf(view, store));
  }
}

/** What was left by a retry may have been retried, too, and so on. */
async function lastRetryOf(view: RunView, store: RunStore): Promise<RunView> {
  const retries = await retriesOf(view.runId, store);
  const next = retries.findLast((each) => jobIdsOf(each.records).length > 0 && !hasEndedUnprocessed(each));
  return next === undefined ? view : lastRetryOf(next, store);
}

/** A retry that has no job has sent nothing; it must not be resumed beside the new one. */
async function removeUnbegun({ runId }: RunView, store: RunStore): Promise<void> {
  // Opening it proves that no other process is at work on it.
  await (await store.open(runId)).close();
  await store.remove(runId);
}
