import { UsageError } from '../errors.js';
import { Events } from '../events.js';
import type { LoadEvents } from '../load/model/events.js';
import { runLoad } from '../load/load.js';
import type { RunContext } from '../run/context.js';
import type { Journal } from '../run/journal.js';
import { openInterrupted } from '../run/open-interrupted.js';
import { orgOf, requireOwnOrg } from '../run/org.js';
import type { ChangePlan, ChangeProgress, QueriedChange } from '../run/change-plan.js';
import { journalVersion, type JournalRecord } from '../run/record.js';
import { endOf, isFinished, type RunView } from '../run/store.js';
import { applyBulk } from './apply-bulk.js';
import { answeredIn, applyCollections } from './apply-collections.js';
import { outcomeOfCalls, outcomeOfLoad, outcomeOfNothing, type ByQueryOutcome } from './outcome.js';
import { queriedChange } from './request.js';
import { resultsPathOf } from './record-result.js';
import type { SavedRecords } from './save.js';

/** How a change is followed, and where its results go. */
export type ApplyOptions = {
  /** Gets the result files of a Bulk load. Default: a folder of the run's own, kept for seven days. */
  readonly resultsDir?: string | undefined;
  /** Of the load, when the records go through Bulk. */
  readonly events?: Events<LoadEvents> | undefined;
  /** Called after each call of SObject Collections, with what has become of the records so far. */
  readonly onChanged?: ((progress: ChangeProgress) => void) | undefined;
  /** Awaited once a new change is on disk, where others find it, and before anything is changed. */
  readonly onBegun?: (() => Promise<void>) | undefined;
};

type Reported = Pick<ChangePlan, 'reportPath'>;

/**
 * Changes the records that were saved. It is a run from here on: one that is interrupted can be resumed.
 * @throws RowCountError records are without a result
 */
export async function applySaved(
  saved: SavedRecords,
  context: RunContext,
  options: ApplyOptions & Reported = {},
): Promise<ByQueryOutcome> {
  const { route, object } = saved.found;
  const { runId } = saved;
  if (saved.count === 0) {
    await context.store.remove(runId);
    return outcomeOfNothing(object, route);
  }
  const { events = new Events(), reportPath, onBegun } = options;
  const change = changeOf(saved);
  if (route === 'bulk') {
    const resultsDir = options.resultsDir ?? context.store.pathFor(runId, 'results');
    return outcomeOfLoad(
      await applyBulk(saved, { change, resultsDir, reportPath, events, onBegun }, context),
    );
  }
  const first = await firstRecord(saved, { change, reportPath }, context);
  return withJournal(await context.store.open(runId), async (journal) => {
    await journal.append(first);
    await onBegun?.();
    return collect(runId, first.plan, { journal, context, options: { ...options, events } });
  });
}

/**
 * Resumes an interrupted change by query, whoever began it, on the way that it took. What has a result is not sent
 * again; records that were modified after they were found are skipped. Nothing is found or computed anew.
 * @throws UsageError it began in another org, or has ended without results
 * @throws RunLockedError another process works on it
 */
export async function resumeChange(
  run: RunView,
  context: RunContext,
  options: ApplyOptions = {},
): Promise<ByQueryOutcome> {
  const { runId } = run;
  const { events = new Events(), resultsDir } = options;
  const [first] = run.records;
  if (first?.type === 'load') {
    requireResults(run.records);
    const moved = resultsDir === undefined ? {} : { resultsDir };
    return outcomeOfLoad(await runLoad(run, { events, wait: 'end', ...moved }, context));
  }
  if (first?.type !== 'change') throw new TypeError('This run is not a change by query.');
  const opened = await openInterrupted({ runId, deadline: context.deadline, events }, context);
  return withJournal(opened, async (journal) => {
    await requireOwnOrg(journal.replayed, context);
    return collect(runId, first.plan, { journal, context, options: { ...options, events } });
  });
}

type Collecting = {
  readonly journal: Journal;
  readonly context: RunContext;
  readonly options: ApplyOptions & { readonly events: Events<LoadEvents> };
};

async function collect(
  runId: string,
  plan: ChangePlan,
  { journal, context, options: { events, onChanged } }: Collecting,
): Promise<ByQueryOutcome> {
  requireResults(journal.replayed);
  let { progress } = answeredIn(journal.replayed);
  if (!isFinished(journal.replayed)) {
    const onProgress = (now: ChangeProgress): void => {
      progress = now;
      onChanged?.(now);
    };
    await applyCollections({ runId, plan, journal, context, events, onChanged: onProgress });
  }
  return outcomeOfCalls(plan, progress, resultsPathOf(runId, context));
}

/** @throws UsageError the change has ended without results */
function requireResults(records: readonly JournalRecord[]): void {
  const reason = endOf(records)?.reason;
  if (reason !== undefined) throw new UsageError(`This change by query has ended. ${reason}`);
}

async function withJournal<T>(journal: Journal, work: (journal: Journal) => Promise<T>): Promise<T> {
  try {
    return await work(journal);
  } finally {
    await journal.close();
  }
}

async function firstRecord(
  { found, count }: SavedRecords,
  asked: Pick<ChangePlan, 'change'> & Reported,
  context: RunContext,
): Promise<Extract<JournalRecord, { type: 'change' }>> {
  const { object, request, stampField } = found;
  const operation = request.operation === 'update' ? 'update' : 'delete';
  return {
    type: 'change',
    version: journalVersion,
    at: new Date().toISOString(),
    org: await orgOf(context),
    plan: { operation, object, ...asked, rows: count, ...(stampField === undefined ? {} : { stampField }) },
  };
}

function changeOf({ found, savedFilePath }: SavedRecords): QueriedChange {
  return {
    ...queriedChange(found.request),
    ...(savedFilePath === undefined ? {} : { savedFilePath }),
  };
}
