import type { ErrorDetail } from '../errors.js';
import { journalVersion, type JournalRecord, type LoadPlan } from '../run/record.js';
import type { RunView } from '../run/store.js';
import { JobFailedError } from '../jobs/errors.js';
import type { RunContext } from '../run/context.js';
import { openInterrupted } from '../run/open-interrupted.js';
import { orgOf, requireOwnOrg } from '../run/org.js';
import { withinWait } from '../run/within-wait.js';
import { LoadRun, type LoadOptions } from './load-run.js';
import type { PlannedLoad } from './plan/plan.js';
import type { LoadStatus } from './status.js';
import { loadStatusOf } from './run-status.js';

/**
 * Takes a plan to its end: upload, wait, collect.
 * @returns the load as it stands: finished, or accepted when `wait` is `accepted`
 * @throws PollingTimeoutError | JobFailedError | RowCountError | InputChangedError, and what the API port throws
 */
export async function startLoad(
  planned: PlannedLoad,
  options: LoadOptions,
  context: RunContext,
): Promise<LoadStatus> {
  return requireComplete(await runPlanned(planned, options, context));
}

/** As `startLoad`, but a job that failed as a whole is told in the status and not thrown. */
export async function runPlanned(
  planned: PlannedLoad,
  options: LoadOptions,
  context: RunContext,
): Promise<LoadStatus> {
  return withinWait(options.wait, context, (bounded) => runWithin(planned, options, bounded));
}

async function runWithin(
  { runId, plan }: PlannedLoad,
  options: LoadOptions,
  context: RunContext,
): Promise<LoadStatus> {
  await context.store.prune();
  const journal = await context.store.open(runId);
  try {
    const org = await orgOf(context);
    const at = new Date().toISOString();
    await journal.append({ type: 'load', version: journalVersion, at, org, plan });
    return await new LoadRun({ runId, plan, journal, options, context }).run();
  } finally {
    await journal.close();
  }
}

/**
 * Takes an interrupted load from where its journal says it stopped to its end. Of a load that has ended nothing is sent
 * again. Throws as `startLoad` does.
 * @throws UsageError it began in another org
 * @throws RunLockedError another process works on it
 */
export async function resumeLoad(
  run: RunView,
  options: LoadOptions,
  context: RunContext,
): Promise<LoadStatus> {
  return withinWait(options.wait, context, (bounded) => resumeWithin(run, options, bounded));
}

async function resumeWithin(
  { runId }: RunView,
  options: LoadOptions,
  context: RunContext,
): Promise<LoadStatus> {
  const { deadline } = context;
  const journal = await openInterrupted({ runId, deadline, events: options.events }, context);
  try {
    await requireOwnOrg(journal.replayed, context);
    const plan = planOf(journal.replayed);
    return requireComplete(
      endedStatus(runId, journal.replayed) ??
        (await new LoadRun({ runId, plan, journal, options, context }).run()),
    );
  } finally {
    await journal.close();
  }
}

/**
 * Ends a load that something else has taken the place of: its rows went into another run, and must not be sent from
 * this one, whoever resumes it.
 */
export async function giveUpLoad(runId: string, { store }: RunContext): Promise<void> {
  const journal = await store.open(runId);
  try {
    await journal.append({ type: 'done', at: new Date().toISOString(), summary: undefined });
  } finally {
    await journal.close();
  }
}

function endedStatus(runId: string, records: readonly JournalRecord[]): LoadStatus | undefined {
  return records.some(({ type }) => type === 'done') ? loadStatusOf(runId, records) : undefined;
}

function planOf([first]: readonly JournalRecord[]): LoadPlan {
  if (first?.type !== 'load') throw new Error('This run is not a load.');
  return first.plan;
}

/** @throws JobFailedError a job ended as a whole; its rows are in the result files all the same */
export function requireComplete(status: LoadStatus): LoadStatus {
  const broken = status.jobs.find(({ state }) => state === 'Failed' || state === 'Aborted');
  if (broken !== undefined) throw new JobFailedError(broken, afterFailure(status));
  return status;
}

function afterFailure({ runId, jobIds, files, unprocessed, failed }: LoadStatus): ErrorDetail {
  if (files === undefined) return {};
  // Only a load of this library knows its rows well enough to send them again.
  const canRetry = runId !== '' && unprocessed + failed > 0;
  return {
    actions: [
      `See what became of its rows: ${Object.values(files).join(', ')}`,
      ...(canRetry ? [`Send those that did not succeed again: sf bulk2 job retry --id ${jobIds[0]}`] : []),
    ],
    data: {
      successFilePath: files.success,
      failedFilePath: files.failed,
      unprocessedFilePath: files.unprocessed,
    },
  };
}
