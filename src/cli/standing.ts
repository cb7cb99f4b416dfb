import { Messages } from '@salesforce/core';
import { formatJobs } from './units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

/** So many jobs are named. */
const mostJobs = 10;

/**
 * What goes on in the org without the command, and what it has not sent, as sentences.
 * @param jobIds jobs that the org works on, or will
 * @param unsent `1,776 rows`; undefined for none
 */
export function standingText(jobIds: readonly string[], unsent: string | undefined): string {
  return [
    ...(jobIds.length === 0 ? [] : [jobsText(jobIds)]),
    ...(unsent === undefined ? [] : [messages.getMessage('standing.unsent', [unsent])]),
  ].join(' ');
}

function jobsText(jobIds: readonly string[]): string {
  if (jobIds.length === 1) return messages.getMessage('standing.job', [...jobIds]);
  const more = jobIds.length - mostJobs;
  const names = jobIds.slice(0, mostJobs).join(', ');
  const list = more > 0 ? messages.getMessage('standing.moreJobs', [names, more]) : names;
  return messages.getMessage('standing.jobs', [formatJobs(jobIds.length), list]);
}
