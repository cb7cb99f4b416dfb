import { Messages } from '@salesforce/core';
import type { ResultFinding } from '../../lib/load/model/result-finding.js';
import type { LoadStatus } from '../../lib/load/model/status.js';
import type { LoadReport } from './load-report.js';
import { formatBytes, formatCount, formatElapsed, formatJobs, formatRows } from '../units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

/** What a person reads when a load has ended or was accepted. */
export function loadText(status: LoadStatus, report: LoadReport): string {
  const { plan } = status;
  if (report.jobId === null && status.failed === 0) {
    return messages.getMessage('nothing', [plan.sources.map(({ name }) => name).join(', ')]);
  }
  if (status.files === undefined) {
    const resume = `sf bulk2 job resume --id ${report.jobId}`;
    return messages.getMessage('accepted', [formatRows(plan.rows), formatJobs(plan.parts.length), resume]);
  }
  const done = messages.getMessage('done', [
    `${plan.operation} ${plan.object}`,
    formatRows(status.successful),
    formatCount(status.failed),
    formatCount(status.unprocessed),
    formatElapsed(report.elapsedMs),
  ]);
  if (report.runId !== undefined) return [done, messages.getMessage('unsent', [report.runId])].join('\n');
  if (status.halt?.cause !== 'failures') return done;
  const rest = [status.halt.reason, formatRows(status.unprocessed), report.jobId];
  return [done, messages.getMessage('stopped', rest)].join('\n');
}

/** What a person reads of something strange about a job's results; undefined for what is told as an error. */
export function findingText(jobId: string, finding: ResultFinding): string | undefined {
  switch (finding.kind) {
    case 'otherRows':
      return undefined;
    case 'keysUnknown':
      return messages.getMessage('finding.keysUnknown', [jobId]);
    case 'keysRewritten': {
      const [returned = ''] = finding.returned;
      return messages.getMessage('finding.keysRewritten', [jobId, returned, finding.sent[0]?.key ?? '']);
    }
    case 'otherCounts': {
      const { jobSays, results } = finding.count;
      const says = [formatCount(jobSays.processed), formatCount(jobSays.failed)];
      const has = [formatCount(results.success), formatCount(results.failed)];
      return messages.getMessage('finding.otherCounts', [jobId, ...says, ...has]);
    }
  }
}

/** Reasons that are told of rows that would be set aside; the JSON has all. */
const mostReasons = 10;

/** What a person reads of a load that was only planned. */
export function dryRunText({ plan, failedRecords, errors }: LoadReport): string {
  if (plan === undefined) return '';
  const { rows, bytes, jobs, apiRequests, limits } = plan;
  const summary = messages.getMessage('dryRun', [
    formatRows(rows),
    formatBytes(bytes),
    formatJobs(jobs),
    formatCount(apiRequests),
  ]);
  const left = Object.entries(limits).map(
    ([name, { Remaining, Max }]) => `  ${name}: ${formatCount(Remaining)} of ${formatCount(Max)} left`,
  );
  if (failedRecords === 0) return [summary, ...left].join('\n');
  const reasons = errors
    .slice(0, mostReasons)
    .map(({ count, message }) => `  ${formatRows(count)}: ${message}`);
  const setAside = messages.getMessage('dryRun.setAside', [formatRows(failedRecords)]);
  return [summary, ...left, setAside, ...reasons].join('\n');
}
