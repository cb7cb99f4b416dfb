import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.progress');

/** Of commands that may take long. The base class of the commands does what it says. */
export const progressFlag = Flags.option({
  options: ['auto', 'ndjson'] as const,
  default: 'auto',
  summary: messages.getMessage('flags.progress.summary'),
  description: messages.getMessage('flags.progress.description'),
})();
