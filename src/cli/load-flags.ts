import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { columnDelimiters, lineEndings } from './choices.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

/** Flags of every command that loads records. */
export const loadFlags = {
  'target-org': Flags.requiredOrg(),
  'api-version': Flags.orgApiVersion(),
  file: Flags.string({
    char: 'f',
    summary: messages.getMessage('flags.file.summary'),
    description: messages.getMessage('flags.file.description'),
    required: true,
  }),
  sobject: Flags.string({
    char: 's',
    summary: messages.getMessage('flags.sobject.summary'),
    required: true,
  }),
  wait: Flags.integer({
    char: 'w',
    summary: messages.getMessage('flags.wait.summary'),
    description: messages.getMessage('flags.wait.description'),
    min: 0,
    exclusive: ['async'],
  }),
  async: Flags.boolean({
    char: 'a',
    summary: messages.getMessage('flags.async.summary'),
    exclusive: ['wait'],
  }),
  'column-delimiter': Flags.option({
    options: columnDelimiters,
    summary: messages.getMessage('flags.column-delimiter.summary'),
  })(),
  'line-ending': Flags.option({
    options: lineEndings,
    summary: messages.getMessage('flags.line-ending.summary'),
  })(),
  concurrency: Flags.integer({
    summary: messages.getMessage('flags.concurrency.summary'),
    min: 1,
    max: 20,
    default: 4,
  }),
  'results-dir': Flags.directory({
    summary: messages.getMessage('flags.results-dir.summary'),
    default: '.',
  }),
};
