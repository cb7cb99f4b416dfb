import { setTimeout as sleep } from 'node:timers/promises';
import type { OrgApi } from '../../lib/api/port.js';
import { withRetry } from '../../lib/api/retry.js';
import { accountOf } from '../../lib/load/account.js';
import type { LoadStatus } from '../../lib/load/status.js';
import { loadStatusOf } from '../../lib/load/run-status.js';
import { findJob } from '../../lib/jobs/foreign-job.js';
import { jobInfos } from '../../lib/jobs/job-infos.js';
import { hasEnded, pollWaitMs } from '../../lib/jobs/poll.js';
import type { FoundRun } from './job-context.js';
import { foreignStatus } from './job-status.js';
import { loadReport, type LoadReport } from '../load/load-report.js';
import { formatRecords } from '../query/query-text.js';
import { formatCount, formatRows } from '../units.js';

export type StatusReport = LoadReport;

/** Asks for a job, and for all jobs of its load; again and again until all have ended when `untilEnded`. */
export async function watchJob(
  found: FoundRun,
  untilEnded: boolean,
  onStatus: (report: StatusReport) => void,
): Promise<StatusReport> {
  const { context } = found;
  const startedMs = Date.now();
  const api = withRetry(context.api);
  for (;;) {
    const status = await statusOf(found, api);
    const report = loadReport(status, {
      apiRequests: context.api.requestCount,
      elapsedMs: Date.now() - startedMs,
    });
    if (!untilEnded || hasEnded(status.state)) return report;
    onStatus(report);
    await sleep(pollWaitMs(Date.now() - startedMs), undefined, { signal: context.signal });
  }
}

async function statusOf({ jobId, run, context }: FoundRun, api: OrgApi): Promise<LoadStatus> {
  const known = run === undefined ? undefined : loadStatusOf(run.runId, run.records);
  if (run === undefined || known === undefined) {
    return foreignStatus((await findJob(api, jobId, context.signal)).info);
  }
  const infos = await jobInfos(api, known, context.signal);
  const status = loadStatusOf(run.runId, run.records, infos) ?? known;
  // Rows are sent again only after their load has ended, so that other journals have nothing to say before.
  return hasEnded(status.state) ? ((await accountOf(run, context.store, infos))?.status ?? status) : status;
}

export function statusText(report: StatusReport): string {
  const { operation, object, state, processedRecords, failedRecords, jobs } = report;
  const figures = operation.startsWith('query')
    ? `${formatRecords(processedRecords)} found`
    : `${formatRows(processedRecords)} processed, ${formatCount(failedRecords)} failed`;
  const reasons = jobs.flatMap(({ id, errorMessage }) =>
    errorMessage === undefined ? [] : [`${id}: ${errorMessage}`],
  );
  return [`${operation} ${object} is ${state}: ${figures}`, ...reasons].join('\n');
}
