import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

/** `--id`, and the other name that people know it by. */
export const jobIdFlag = Flags.salesforceId({
  char: 'i',
  aliases: ['job-id'],
  startsWith: '750',
  length: 'both',
  summary: messages.getMessage('flags.id.summary'),
});

/** Jobs of this tool's own runs know their org; for others it has to be said, or be the default org. */
export const jobOrgFlags = {
  'target-org': Flags.optionalOrg({ summary: messages.getMessage('flags.target-org.summary') }),
  'api-version': Flags.orgApiVersion(),
};
