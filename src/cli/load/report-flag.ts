import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

/** `--report` of commands that end with rows to account for. @param exclusive flags that it makes no sense with */
export const reportFlag = (exclusive: string[] = []) =>
  Flags.file({
    summary: messages.getMessage('flags.report.summary'),
    description: messages.getMessage('flags.report.description'),
    helpValue: 'FILE.html',
    exclusive,
  });
