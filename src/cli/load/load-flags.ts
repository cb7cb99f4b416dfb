import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { decimalSeparators, duplicateKeys, inputFormats, lineEndings } from '../choices.js';
import { ifInterruptedFlag } from './if-interrupted.js';
import { progressFlag } from '../progress/progress-flag.js';
import { waitFlags } from '../wait.js';
import { reportFlag } from './with-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

/** When to stop. It takes waiting to know whether rows fail. */
export const maxFailuresFlag = Flags.string({
  summary: messages.getMessage('flags.max-failures.summary'),
  description: messages.getMessage('flags.max-failures.description'),
  helpValue: 'N|P%',
  exclusive: ['async'],
});

/** What to load, and how it is written. */
const inputFlags = {
  file: Flags.string({
    char: 'f',
    multiple: true,
    summary: messages.getMessage('flags.file.summary'),
    description: messages.getMessage('flags.file.description'),
    required: true,
  }),
  'input-format': Flags.option({
    options: inputFormats,
    summary: messages.getMessage('flags.input-format.summary'),
  })(),
  'column-delimiter': Flags.string({
    summary: messages.getMessage('flags.column-delimiter.summary'),
    description: messages.getMessage('flags.column-delimiter.description'),
  }),
  'line-ending': Flags.option({
    options: lineEndings,
    summary: messages.getMessage('flags.line-ending.summary'),
  })(),
  encoding: Flags.string({ summary: messages.getMessage('flags.encoding.summary') }),
  sheet: Flags.string({
    summary: messages.getMessage('flags.sheet.summary'),
    description: messages.getMessage('flags.sheet.description'),
  }),
};

/** What becomes of the columns and values. */
const columnFlags = {
  map: Flags.string({
    multiple: true,
    summary: messages.getMessage('flags.map.summary'),
    description: messages.getMessage('flags.map.description'),
  }),
  'mapping-file': Flags.file({
    summary: messages.getMessage('flags.mapping-file.summary'),
    description: messages.getMessage('flags.mapping-file.description'),
  }),
  'map-by-label': Flags.boolean({
    summary: messages.getMessage('flags.map-by-label.summary'),
    description: messages.getMessage('flags.map-by-label.description'),
  }),
  'empty-as-null': Flags.boolean({
    summary: messages.getMessage('flags.empty-as-null.summary'),
    description: messages.getMessage('flags.empty-as-null.description'),
  }),
  'ignore-unknown-columns': Flags.boolean({
    summary: messages.getMessage('flags.ignore-unknown-columns.summary'),
  }),
  'ignore-read-only-columns': Flags.boolean({
    summary: messages.getMessage('flags.ignore-read-only-columns.summary'),
    description: messages.getMessage('flags.ignore-read-only-columns.description'),
  }),
  'keep-columns': Flags.boolean({
    summary: messages.getMessage('flags.keep-columns.summary'),
    description: messages.getMessage('flags.keep-columns.description'),
  }),
  'assignment-rule-id': Flags.string({
    summary: messages.getMessage('flags.assignment-rule-id.summary'),
  }),
};

/** How values are written. */
const valueFlags = {
  'date-format': Flags.string({
    multiple: true,
    helpValue: 'PATTERN',
    summary: messages.getMessage('flags.date-format.summary'),
    description: messages.getMessage('flags.date-format.description'),
  }),
  'time-zone': Flags.string({
    helpValue: 'ZONE',
    summary: messages.getMessage('flags.time-zone.summary'),
    description: messages.getMessage('flags.time-zone.description'),
  }),
  'decimal-separator': Flags.option({
    options: decimalSeparators,
    summary: messages.getMessage('flags.decimal-separator.summary'),
    description: messages.getMessage('flags.decimal-separator.description'),
  })(),
  'ignore-number-signs': Flags.boolean({
    summary: messages.getMessage('flags.ignore-number-signs.summary'),
    description: messages.getMessage('flags.ignore-number-signs.description'),
  }),
  'boolean-words': Flags.boolean({ summary: messages.getMessage('flags.boolean-words.summary') }),
};

/** How the work is done. */
const workFlags = {
  ...waitFlags(messages.getMessage('flags.async.summary')),
  concurrency: Flags.integer({
    summary: messages.getMessage('flags.concurrency.summary'),
    min: 1,
    max: 20,
    default: 4,
  }),
  'max-job-size': Flags.integer({
    summary: messages.getMessage('flags.max-job-size.summary'),
    description: messages.getMessage('flags.max-job-size.description'),
    min: 1,
    max: 100,
  }),
  'max-rows-per-job': Flags.integer({
    summary: messages.getMessage('flags.max-rows-per-job.summary'),
    min: 1,
  }),
  compress: Flags.boolean({
    summary: messages.getMessage('flags.compress.summary'),
    description: messages.getMessage('flags.compress.description'),
  }),
  'retry-failed': Flags.integer({
    summary: messages.getMessage('flags.retry-failed.summary'),
    description: messages.getMessage('flags.retry-failed.description'),
    min: 0,
    max: 10,
    default: 0,
  }),
  'max-failures': maxFailuresFlag,
  'if-interrupted': ifInterruptedFlag,
  'dry-run': Flags.boolean({
    summary: messages.getMessage('flags.dry-run.summary'),
    description: messages.getMessage('flags.dry-run.description'),
  }),
  'no-preflight': Flags.boolean({ summary: messages.getMessage('flags.no-preflight.summary') }),
  'set-aside-invalid': Flags.boolean({
    summary: messages.getMessage('flags.set-aside-invalid.summary'),
    description: messages.getMessage('flags.set-aside-invalid.description'),
    exclusive: ['no-preflight'],
  }),
  'duplicate-keys': Flags.option({
    options: duplicateKeys,
    summary: messages.getMessage('flags.duplicate-keys.summary'),
    default: 'warn',
  })(),
  'results-dir': Flags.directory({
    summary: messages.getMessage('flags.results-dir.summary'),
    default: '.',
  }),
  report: reportFlag(['dry-run']),
  progress: progressFlag,
};

/** Flags of every command that loads records. */
export const loadFlags = {
  'target-org': Flags.requiredOrg(),
  'api-version': Flags.orgApiVersion(),
  sobject: Flags.string({
    char: 's',
    summary: messages.getMessage('flags.sobject.summary'),
    required: true,
  }),
  ...inputFlags,
  ...columnFlags,
  ...valueFlags,
  ...workFlags,
};
