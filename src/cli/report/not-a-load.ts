import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** Of a job that has records, and no rows to account for. */
export function notALoad(jobId: string): UsageError {
  return new UsageError(messages.getMessage('error.IsQuery', [jobId]), {
    actions: [messages.getMessage('error.IsQueryAction', [jobId])],
  });
}
