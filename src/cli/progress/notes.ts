import { Messages } from '@salesforce/core';
import type { RetryNotice } from '../../lib/api/retry.js';
import { setupLink } from '../setup-link.js';
import { formatElapsed, formatJobs } from '../units.js';
import type { ProgressDisplay } from './display.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.progress');

export type OrgFacts = {
  /** As a person knows it. */
  readonly orgName: string;
  readonly instanceUrl: string;
};

type JobNews = {
  readonly jobId: string;
  readonly state: string;
  readonly processed?: number;
  readonly failed?: number;
};

/** Counts what is new of a job. People get the link to the first one, scripts get each change of a state. */
export function noteJob(
  display: ProgressDisplay,
  { jobId, ...job }: JobNews,
  org: OrgFacts | undefined,
): void {
  const { progress } = display;
  const isFirst = progress.jobs.created === 0;
  const isNews = progress.stateOf(jobId) !== job.state;
  progress.setJob(jobId, job);
  if (!isNews) return;
  const url = setupLink(org?.instanceUrl ?? '', jobId);
  display.fact({ event: 'job', jobId, processed: 0, failed: 0, ...job, url });
  if (isFirst) display.announce(jobText(jobId, progress.jobs.total, url));
}

function jobText(jobId: string, jobs: number, url: string): string {
  return jobs === 1
    ? messages.getMessage('job', [jobId, url])
    : messages.getMessage('firstJob', [formatJobs(jobs), jobId, url]);
}

export function noteRetry(display: ProgressDisplay, { waitMs, reason }: RetryNotice): void {
  display.note(messages.getMessage('retry', [formatElapsed(waitMs), reason]));
  display.fact({ event: 'retry', waitMs, reason });
}
