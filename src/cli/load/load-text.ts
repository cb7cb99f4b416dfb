import { Messages } from '@salesforce/core';
import { rowsToRetry, type ResultFinding, type LoadStatus, type PerResultFile } from '../../lib/load/load.js';
import type { LoadAccount, RetriedLoad } from '../../lib/load/account.js';
import type { LoadReport } from './load-report.js';
import { loadLine } from '../load-line.js';
import { shellWord } from '../shown.js';
import { paragraph } from '../paragraphs.js';
import {
  formatBytes,
  formatCount,
  formatElapsed,
  formatJobs,
  formatPace,
  formatRequests,
  formatRows,
} from '../units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

/** What is known of a load beside how it stands. */
export type LoadBackground = {
  /** Rows that the org had processed before the load was resumed; absent for one that began with this command. */
  readonly processedBefore?: number | undefined;
  /** Of a load that another command has run: nothing of it was done by this one. */
  readonly account?: LoadAccount | undefined;
};

/** What a person reads when a load has ended or was accepted. */
export function loadText(status: LoadStatus, report: LoadReport, background: LoadBackground = {}): string {
  const { plan } = status;
  if (report.jobId === null && status.failed === 0) {
    return messages.getMessage('nothing', [plan.sources.map(({ name }) => name).join(', ')]);
  }
  if (status.files === undefined) {
    const resume = `sf bulk2 job resume --id ${report.jobId}`;
    return messages.getMessage('accepted', [formatRows(plan.rows), formatJobs(plan.parts.length), resume]);
  }
  return [doneText(status, report, background), ...whyUnsent(status, report)].join('\n');
}

/** What a retry and the loads before it have done together. */
export function inAllText({ first, rows, successful }: NonNullable<RetriedLoad['inAll']>): string {
  const left = formatCount(rows - successful);
  return messages.getMessage('done.inAll', [first, formatCount(successful), formatRows(rows), left]);
}

/** Rows that the org had processed before this command are none of its rate. */
function doneText(
  status: LoadStatus,
  report: LoadReport,
  { processedBefore, account }: LoadBackground,
): string {
  const { plan, successful, failed } = status;
  const { elapsedMs, apiRequests } = report;
  const counts = rowsText(status, report);
  if (account !== undefined || plan.sources.length === 0) return messages.getMessage('done.before', [counts]);
  const rows = successful + failed - (processedBefore ?? 0);
  const pace = formatPace(report, rows);
  const elapsed = formatElapsed(elapsedMs);
  if (processedBefore === undefined) return messages.getMessage('done', [counts, elapsed, pace]);
  return rows > 0
    ? messages.getMessage('done.resumed', [counts, formatRows(rows), elapsed, pace])
    : messages.getMessage('done.collected', [counts, elapsed, formatRequests(apiRequests)]);
}

/** `insert Account: 297 rows succeeded, 3 failed, 0 unprocessed` */
function rowsText(status: LoadStatus, { createdRecords }: LoadReport): string {
  const { plan, successful, failed, unprocessed } = status;
  const updated = successful - (createdRecords ?? 0);
  const apart =
    createdRecords === undefined
      ? []
      : [messages.getMessage('createdAndUpdated', [formatCount(createdRecords), formatCount(updated)])];
  return messages.getMessage('done.rows', [
    `${plan.operation} ${plan.object}`,
    [formatRows(successful), messages.getMessage('succeeded'), ...apart].join(' '),
    formatCount(failed),
    formatCount(unprocessed),
  ]);
}

function whyUnsent({ halt, unprocessed }: LoadStatus, { runId }: LoadReport): string[] {
  if (runId !== undefined) return [messages.getMessage('unsent')];
  if (halt?.cause !== 'failures') return [];
  return [messages.getMessage('stopped', [halt.reason, formatRows(unprocessed)])];
}

const fileLabels = ['success', 'failed', 'unprocessed'] as const;

/** The result files, each with what it has. */
export function filesText({ files }: LoadStatus): string | undefined {
  const lines = fileLabels.flatMap((set) => {
    const path = files?.[set];
    return path === undefined || path === null ? [] : [fileText(set, path)];
  });
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** Where the page with the report is. */
export function reportText(path: string): string {
  return messages.getMessage('file.report', [path]);
}

export function fileText(set: keyof PerResultFile<string>, path: string): string {
  return messages.getMessage(`file.${set}`, [path]);
}

/** What can be done about rows that failed or were not processed, as commands to paste; undefined where all succeeded. */
export function nextStepsText(
  status: LoadStatus,
  { jobId, runId }: LoadReport,
  {
    username,
    writesReport,
    account,
  }: Pick<LoadBackground, 'account'> & {
    readonly username?: string | undefined;
    readonly writesReport: boolean;
  },
): string | undefined {
  const { plan, failed, unprocessed, files } = status;
  const id = jobId ?? runId;
  if (account !== undefined && account.endedAt === undefined) {
    const name = account.status.jobIds[0] ?? account.status.runId;
    return stepsText([step(messages.getMessage('next.resume'), `sf bulk2 job resume --id ${name}`)]);
  }
  if (failed + unprocessed === 0 || files === undefined || id === undefined) return undefined;
  const report = writesReport
    ? []
    : [step(messages.getMessage('next.report'), `sf bulk2 job report --id ${id}`)];
  if (account !== undefined) return stepsText([...stepsOfAccount(account, id, files), ...report]);
  // Of a job that another tool has created, no load is known here that could be retried.
  if (plan.sources.length === 0) {
    const line = loadLine(plan, files.failed ?? files.unprocessed ?? '', username);
    return stepsText([step(messages.getMessage('next.load'), line), ...report]);
  }
  return stepsText([...retrySteps(status, id), ...report]);
}

/** Of a load that began earlier: what it has left may have been retried since. */
function stepsOfAccount(
  { status, retriedBy }: LoadAccount,
  id: string,
  now: NonNullable<LoadStatus['files']>,
): string[] {
  if (retriedBy === undefined) {
    return status.files === undefined
      ? []
      : retrySteps(status, [id, ...movedFlags(status.files, now)].join(' '));
  }
  const { jobId, hasEnded } = retriedBy;
  return hasEnded
    ? [step(messages.getMessage('next.retried', [jobId]), `sf bulk2 job status --id ${jobId}`)]
    : [step(messages.getMessage('next.retrying', [jobId]), `sf bulk2 job resume --id ${jobId}`)];
}

/** Flags that name result files which were written anew, in another place than the load has put its own. */
function movedFlags(own: NonNullable<LoadStatus['files']>, now: NonNullable<LoadStatus['files']>): string[] {
  return (['failed', 'unprocessed'] as const).flatMap((kind) => {
    const path = now[kind];
    const isMoved = path !== null && own[kind] !== null && path !== own[kind];
    return isMoved ? [`--${kind}-file ${shellWord(path)}`] : [];
  });
}

function retrySteps(status: LoadStatus, id: string): string[] {
  const rows = rowsToRetry(status);
  const key = status.failed === 0 ? 'next.retryUnprocessed' : 'next.retry';
  return rows === 0
    ? []
    : [step(messages.getMessage(key, [formatRows(rows)]), `sf bulk2 job retry --id ${id}`)];
}

function stepsText(steps: readonly string[]): string | undefined {
  return steps.length === 0 ? undefined : paragraph(messages.getMessage('next.heading'), steps);
}

function step(text: string, command: string): string {
  return `  ${text}\n    ${command}`;
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
