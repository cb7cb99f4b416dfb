import { setTimeout as sleep } from 'node:timers/promises';
import type { LookOptions } from '../../lib/api/calls.js';
import type { OrgApi } from '../../lib/api/port.js';
import { withRetry } from '../../lib/api/retry.js';
import type { JobInfo } from '../../lib/api/types.js';
import { loadStatusOf, type LoadStatus } from '../../lib/load/load.js';
import type { JobGoneError } from '../../lib/jobs/errors.js';
import { findJob, jobsOfKind } from '../../lib/jobs/find-job.js';
import { findKept } from '../../lib/jobs/find-kept.js';
import { jobInfos } from '../../lib/jobs/list.js';
import { hasEnded, pollWaitMs, untilFound } from '../../lib/jobs/poll.js';
import { JobWatcher, type JobWarning } from '../../lib/jobs/watcher.js';
import type { FoundRun } from './job-context.js';
import { foreignStatus } from './job-status.js';
import { loadReport, type LoadReport } from '../load/load-report.js';
import { formatCount, formatRecords, formatRows } from '../units.js';

export type StatusReport = LoadReport;

export type WatchOptions = {
  /** Look again and again until all jobs have ended. */
  readonly untilEnded: boolean;
  /** Called after each look but the last. */
  readonly onStatus: (status: LoadStatus) => void;
  readonly onWarning: (warning: JobWarning) => void;
  /** Hears of each job that the org doesn't know, where it knows others of the load. */
  readonly onGone: (error: JobGoneError) => void;
};

/** Asks for a job, and for all jobs of its load. */
export async function watchJob(found: FoundRun, options: WatchOptions): Promise<StatusReport> {
  const { context, jobId, run } = found;
  const { untilEnded, onStatus, onWarning, onGone } = options;
  const startedMs = Date.now();
  const watchers = new Map<string, JobWatcher>();
  const look = { signal: context.signal, patient: untilEnded };
  const statusOf = await statusReader(found, withRetry(context.api), untilEnded ? undefined : onGone);
  for (;;) {
    const status = await (untilEnded
      ? untilFound(jobId, () => statusOf(look), context.signal)
      : statusOf(look));
    const report = loadReport(status, {
      apiRequests: context.api.requestCount,
      elapsedMs: Date.now() - startedMs,
    });
    if (!untilEnded || hasEnded(status.state)) return report;
    for (const info of status.jobs) {
      const watcher = watchers.get(info.id) ?? new JobWatcher({ onWarning, isClosed: run !== undefined });
      watchers.set(info.id, watcher);
      if (!hasEnded(info.state)) watcher.see(info);
    }
    onStatus(status);
    await sleep(pollWaitMs(Date.now() - startedMs), undefined, { signal: context.signal });
  }
}

type StatusReader = (look: LookOptions) => Promise<LoadStatus>;

/** @param onGone absent: a job that is gone is an error, since who waits for it would wait for ever */
async function statusReader(
  { jobId, run, context }: FoundRun,
  api: OrgApi,
  onGone: WatchOptions['onGone'] | undefined,
): Promise<StatusReader> {
  const known = run === undefined ? undefined : loadStatusOf(run.runId, run.records);
  if (run === undefined || known === undefined) {
    const found = await findJob(api, jobId, context.signal);
    const jobs = jobsOfKind(api, found);
    let first: JobInfo | undefined = found.info;
    return async (look) => {
      const info = first ?? (await jobs.info(jobId, look));
      first = undefined;
      return foreignStatus(info);
    };
  }
  return async (look) => {
    const infos =
      onGone === undefined
        ? await jobInfos(api, known, look)
        : await keptInfos(api, known.jobIds, { signal: context.signal, onGone });
    return loadStatusOf(run.runId, run.records, infos) ?? known;
  };
}

/** @throws JobGoneError the org knows none of the jobs */
async function keptInfos(
  api: OrgApi,
  jobIds: readonly string[],
  { signal, onGone }: Pick<WatchOptions, 'onGone'> & { readonly signal: AbortSignal | undefined },
): Promise<ReadonlyMap<string, JobInfo>> {
  const { kept, gone } = await findKept(api, jobIds, signal);
  const errors = [...gone.values()];
  const [first] = errors;
  if (first !== undefined && kept.size === 0) throw first;
  for (const error of errors) onGone(error);
  return kept;
}

export function statusText(report: StatusReport): string {
  const reasons = report.jobs.flatMap(({ id, errorMessage }) =>
    errorMessage === undefined ? [] : [`${id}: ${errorMessage}`],
  );
  return [statusLine(report), ...reasons].join('\n');
}

function statusLine(report: StatusReport): string {
  const { operation, object, state, processedRecords, failedRecords } = report;
  const figures = operation.startsWith('query')
    ? `${formatRecords(processedRecords)} found`
    : `${formatRows(processedRecords)} processed, ${formatCount(failedRecords)} failed`;
  return `${operation} ${object} is ${state}: ${figures}`;
}
