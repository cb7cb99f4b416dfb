import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { loadFlags } from '../load/load-flags.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.by-query');
const loadMessages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

const sources = ['file', 'query', 'where'];

/** Flags of the commands that change the records of a file, or those that a query finds. */
export const changeFlags = {
  ...loadFlags,
  file: Flags.string({
    char: 'f',
    multiple: true,
    summary: messages.getMessage('flags.file.summary'),
    description: loadMessages.getMessage('flags.file.description'),
    exactlyOne: sources,
  }),
  sobject: Flags.string({ char: 's', summary: messages.getMessage('flags.sobject.summary') }),
  query: Flags.string({
    char: 'q',
    summary: messages.getMessage('flags.query.summary'),
    description: messages.getMessage('flags.query.description'),
    exactlyOne: sources,
  }),
  where: Flags.string({ summary: messages.getMessage('flags.where.summary'), exactlyOne: sources }),
  'bulk-threshold': Flags.integer({
    summary: messages.getMessage('flags.bulk-threshold.summary'),
    min: 0,
    default: 200,
  }),
  'allow-bulk': Flags.boolean({
    summary: messages.getMessage('flags.allow-bulk.summary'),
    allowNo: true,
    default: true,
  }),
  'dry-run': Flags.boolean({
    summary: messages.getMessage('flags.dry-run.summary'),
    description: messages.getMessage('flags.dry-run.description'),
  }),
  'no-prompt': Flags.boolean({ summary: messages.getMessage('flags.no-prompt.summary') }),
};

export const setFlag = Flags.string({
  multiple: true,
  summary: messages.getMessage('flags.set.summary'),
  description: messages.getMessage('flags.set.description'),
});
