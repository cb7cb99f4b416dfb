import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { columnDelimiters, lineEndings, queryFormats } from '../../cli/choices.js';
import { QueryCommand } from '../../cli/query-command.js';
import type { QueryReport } from '../../cli/query-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');
const shared = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

export default class Bulk2Query extends QueryCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'target-org': Flags.requiredOrg(),
    'api-version': Flags.orgApiVersion(),
    query: Flags.string({
      char: 'q',
      summary: messages.getMessage('flags.query.summary'),
      exactlyOne: ['query', 'query-file'],
    }),
    'query-file': Flags.file({
      exists: true,
      summary: messages.getMessage('flags.query-file.summary'),
      exactlyOne: ['query', 'query-file'],
    }),
    'result-format': Flags.option({
      char: 'r',
      options: queryFormats,
      summary: messages.getMessage('flags.result-format.summary'),
    })(),
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary') }),
    'all-rows': Flags.boolean({ summary: messages.getMessage('flags.all-rows.summary') }),
    'column-delimiter': Flags.option({
      options: columnDelimiters,
      summary: messages.getMessage('flags.column-delimiter.summary'),
      default: 'COMMA' as const,
    })(),
    'line-ending': Flags.option({
      options: lineEndings,
      summary: messages.getMessage('flags.line-ending.summary'),
      default: 'LF' as const,
    })(),
    wait: Flags.integer({
      char: 'w',
      summary: shared.getMessage('flags.wait.summary'),
      description: shared.getMessage('flags.wait.description'),
      min: 0,
      exclusive: ['async'],
    }),
    async: Flags.boolean({
      char: 'a',
      summary: messages.getMessage('flags.async.summary'),
      exclusive: ['wait'],
    }),
    concurrency: Flags.integer({
      summary: messages.getMessage('flags.concurrency.summary'),
      min: 1,
      max: 20,
      default: 4,
    }),
  };

  public async run(): Promise<QueryReport> {
    const { flags } = await this.parse(Bulk2Query);
    return this.export(flags);
  }
}
