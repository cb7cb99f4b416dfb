import { Messages } from '@salesforce/core';
import type { JobWarning } from '../lib/jobs/watcher.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

/** What a person reads of something strange that the org tells of a job. */
export function jobWarningText({ kind, jobId, state }: JobWarning): string {
  if (kind === 'unknownState' && state === undefined)
    return messages.getMessage('jobWarning.noState', [jobId]);
  return messages.getMessage(`jobWarning.${kind}`, kind === 'backInOpen' ? [jobId] : [jobId, state ?? '']);
}
