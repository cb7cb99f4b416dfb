import { Messages } from '@salesforce/core';
import type { JobInfo } from '../../lib/api/types.js';
import type { LoadAccount } from '../../lib/load/account.js';
import { rowsToRetry, type PerResultFile } from '../../lib/load/load.js';
import { hasEnded } from '../../lib/jobs/poll.js';
import { loadLine } from '../load-line.js';
import { shellWord } from '../shown.js';
import { formatRows } from '../units.js';
import type { Outcome } from './outcome.js';
import type { NextStep, ReportOrg } from './page.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** What can be done about a load now, as commands that can be copied. */
export function nextSteps(account: LoadAccount, outcome: Outcome): NextStep[] {
  const { status, endedAt, retriedBy } = account;
  const [jobId] = status.jobIds;
  const isChangeByCalls = status.plan.change !== undefined && status.plan.parts.length === 0;
  if (outcome === 'nothing') return [];
  if (outcome === 'aborted') return [abortedStep(jobId)];
  if (outcome === 'orgRefused') return [{ text: messages.getMessage('next.orgRefused') }];
  if (endedAt === undefined) return [unfinishedStep(jobId ?? status.runId)];
  if (outcome === 'succeeded') return [{ text: messages.getMessage('next.succeeded') }];
  const rows = rowsToRetry(status);
  if (isChangeByCalls || rows === 0) return [{ text: messages.getMessage('next.changeAgain') }];
  if (retriedBy !== undefined) return [retriedStep(retriedBy)];
  const retry = {
    text: messages.getMessage('next.retry', [formatRows(rows)]),
    command: `sf bulk2 job retry --id ${jobId ?? status.runId}`,
  };
  return [retry, fixStep(account)];
}

function abortedStep(jobId: string | undefined): NextStep {
  if (jobId === undefined) return { text: messages.getMessage('next.abortedUnsent') };
  return { text: messages.getMessage('next.aborted'), command: `sf bulk2 job results --id ${jobId}` };
}

function unfinishedStep(id: string): NextStep {
  return { text: messages.getMessage('next.resume'), command: `sf bulk2 job resume --id ${id}` };
}

function retriedStep({ jobId, hasEnded: isOver }: NonNullable<LoadAccount['retriedBy']>): NextStep {
  return isOver
    ? { text: messages.getMessage('next.retried', [jobId]), command: `sf bulk2 job report --id ${jobId}` }
    : { text: messages.getMessage('next.retrying', [jobId]), command: `sf bulk2 job resume --id ${jobId}` };
}

function fixStep({ status: { plan, files, failed }, org }: LoadAccount): NextStep {
  const file = (failed > 0 ? files?.failed : files?.unprocessed) ?? '';
  return { text: messages.getMessage('next.fix'), command: loadLine(plan, file, org.username) };
}

/** What can be done about a job that another tool created. */
export function foreignSteps(
  info: JobInfo,
  org: ReportOrg,
  files?: PerResultFile<string | null>,
): NextStep[] {
  const about = (command: string, ...more: string[]): string =>
    ['sf', 'bulk2', 'job', command, '--id', info.id, ...more, ...targetOrg(org)]
      .map((word) => shellWord(word))
      .join(' ');
  if (!hasEnded(info.state)) {
    return [{ text: messages.getMessage('next.watch'), command: about('status', '--watch') }];
  }
  if (files !== undefined) return [{ text: messages.getMessage('next.collected') }];
  return [{ text: messages.getMessage('next.results'), command: about('results') }];
}

function targetOrg({ username }: Pick<ReportOrg, 'username'>): string[] {
  return username === undefined ? [] : ['--target-org', username];
}
