import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { columnDelimiters, lineEndings } from '../../cli/choices.js';
import { progressFlag } from '../../cli/progress/progress-flag.js';
import { QueryCommand } from '../../cli/query/query-command.js';
import type { QueryReport } from '../../cli/query/query-text.js';
import { errorCodes } from '../../cli/exit-codes.js';
import { grouped } from '../../cli/flag-groups.js';
import { recordFlags } from '../../cli/query/record-flags.js';
import { waitFlags } from '../../cli/wait.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

const sources = ['query', 'query-file', 'sobject'];

export default class Bulk2Query extends QueryCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped(
    {
      'target-org': Flags.requiredOrg(),
      'api-version': Flags.orgApiVersion(),
      query: Flags.string({
        char: 'q',
        summary: messages.getMessage('flags.query.summary'),
        exactlyOne: sources,
      }),
      'query-file': Flags.file({
        summary: messages.getMessage('flags.query-file.summary'),
        description: messages.getMessage('flags.query-file.description'),
        exactlyOne: sources,
      }),
      sobject: Flags.string({
        char: 's',
        summary: messages.getMessage('flags.sobject.summary'),
        exactlyOne: sources,
      }),
      fields: Flags.string({
        summary: messages.getMessage('flags.fields.summary'),
        // Without a delimiter: for flags that have one, sf warns of every comma on the command line, such as a query's.
        multiple: true,
        dependsOn: ['sobject'],
        exclusive: ['all-fields'],
      }),
      'all-fields': Flags.boolean({
        summary: messages.getMessage('flags.all-fields.summary'),
        description: messages.getMessage('flags.all-fields.description'),
        dependsOn: ['sobject'],
        exclusive: ['fields'],
      }),
      where: Flags.string({
        summary: messages.getMessage('flags.where.summary'),
        dependsOn: ['sobject'],
      }),
      ids: Flags.string({
        summary: messages.getMessage('flags.ids.summary'),
        description: messages.getMessage('flags.ids.description'),
        helpValue: 'FILE',
        dependsOn: ['sobject'],
        exclusive: ['since', 'rest'],
      }),
      'not-found-file': Flags.string({
        summary: messages.getMessage('flags.not-found-file.summary'),
        description: messages.getMessage('flags.not-found-file.description'),
        helpValue: 'FILE',
        dependsOn: ['ids'],
      }),
      'all-rows': Flags.boolean({ summary: messages.getMessage('flags.all-rows.summary') }),
      since: Flags.string({
        summary: messages.getMessage('flags.since.summary'),
        description: messages.getMessage('flags.since.description'),
        helpValue: 'LAST|TIME|SPAN',
        exclusive: ['rest'],
      }),
      'since-field': Flags.string({
        summary: messages.getMessage('flags.since-field.summary'),
        description: messages.getMessage('flags.since-field.description'),
        helpValue: 'FIELD',
        dependsOn: ['since'],
      }),
      rest: Flags.boolean({
        summary: messages.getMessage('flags.rest.summary'),
        description: messages.getMessage('flags.rest.description'),
        exclusive: ['async', 'wait', 'output-dir'],
      }),
      ...recordFlags,
      'output-file': Flags.file({
        summary: messages.getMessage('flags.output-file.summary'),
        description: messages.getMessage('flags.output-file.description'),
        exclusive: ['output-dir'],
      }),
      'output-dir': Flags.directory({
        char: 'd',
        summary: messages.getMessage('flags.output-dir.summary'),
        description: messages.getMessage('flags.output-dir.description'),
        exclusive: ['output-file'],
      }),
      'column-delimiter': Flags.option({
        options: columnDelimiters,
        helpValue: 'DELIMITER',
        summary: messages.getMessage('flags.column-delimiter.summary'),
        default: 'COMMA' as const,
      })(),
      'line-ending': Flags.option({
        options: lineEndings,
        summary: messages.getMessage('flags.line-ending.summary'),
        default: 'LF' as const,
      })(),
      ...waitFlags(messages.getMessage('flags.async.summary')),
      concurrency: Flags.integer({
        summary: messages.getMessage('flags.concurrency.summary'),
        min: 1,
        max: 20,
      }),
      progress: progressFlag,
    },
    { 'column-delimiter': 'Results', 'line-ending': 'Results' },
  );

  public async run(): Promise<QueryReport> {
    const { flags } = await this.parse(Bulk2Query);
    return this.export(flags);
  }
}
