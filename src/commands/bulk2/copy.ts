import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { CopyCommand } from '../../cli/copy/copy-command.js';
import type { CopyReport } from '../../cli/copy/copy-report.js';
import { errorCodes } from '../../cli/exit-codes.js';
import { grouped } from '../../cli/flag-groups.js';
import { reportFlag } from '../../cli/load/with-report.js';
import { progressFlag } from '../../cli/progress/progress-flag.js';
import { waitFlag } from '../../cli/wait.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');
const load = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

export default class Bulk2Copy extends CopyCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    'target-org': Flags.optionalOrg({ summary: messages.getMessage('flags.target-org.summary') }),
    'source-org': Flags.optionalOrg({
      // No letter: -u is the target in SFDMU, and mixed up orgs would be found out too late.
      char: undefined,
      summary: messages.getMessage('flags.source-org.summary'),
      // The default org is where records go, as everywhere.
      default: undefined,
      defaultHelp: undefined,
      exclusive: ['source-dir'],
    }),
    'write-plan': Flags.file({
      summary: messages.getMessage('flags.write-plan.summary'),
      description: messages.getMessage('flags.write-plan.description'),
      dependsOn: ['sobject'],
      exclusive: ['source-dir', 'output-dir', 'known-ids', 'dry-run'],
    }),
    'source-dir': Flags.directory({
      summary: messages.getMessage('flags.source-dir.summary'),
      description: messages.getMessage('flags.source-dir.description'),
      exists: true,
    }),
    'output-dir': Flags.directory({
      summary: messages.getMessage('flags.output-dir.summary'),
      description: messages.getMessage('flags.output-dir.description'),
      exclusive: ['source-dir', 'dry-run', 'known-ids', 'results-dir'],
    }),
    'api-version': Flags.orgApiVersion(),
    plan: Flags.file({
      char: 'p',
      summary: messages.getMessage('flags.plan.summary'),
      description: messages.getMessage('flags.plan.description'),
      exclusive: ['sobject'],
    }),
    sobject: Flags.string({
      char: 's',
      multiple: true,
      summary: messages.getMessage('flags.sobject.summary'),
    }),
    'known-ids': Flags.directory({
      summary: messages.getMessage('flags.known-ids.summary'),
      description: messages.getMessage('flags.known-ids.description'),
      helpValue: 'DIR',
      multiple: true,
      exists: true,
    }),
    'mask-key-file': Flags.file({
      exists: true,
      summary: messages.getMessage('flags.mask-key-file.summary'),
      description: messages.getMessage('flags.mask-key-file.description'),
    }),
    'dry-run': Flags.boolean({
      summary: messages.getMessage('flags.dry-run.summary'),
      description: messages.getMessage('flags.dry-run.description'),
    }),
    'no-prompt': Flags.boolean({ summary: messages.getMessage('flags.no-prompt.summary') }),
    wait: waitFlag,
    concurrency: Flags.integer({
      summary: messages.getMessage('flags.concurrency.summary'),
      min: 1,
      max: 20,
      default: 4,
    }),
    'retry-failed': Flags.integer({
      summary: load.getMessage('flags.retry-failed.summary'),
      description: load.getMessage('flags.retry-failed.description'),
      min: 0,
      max: 10,
      default: 0,
    }),
    'stop-on-error': Flags.boolean({
      summary: messages.getMessage('flags.stop-on-error.summary'),
      description: messages.getMessage('flags.stop-on-error.description'),
    }),
    'results-dir': Flags.directory({
      summary: messages.getMessage('flags.results-dir.summary'),
      description: messages.getMessage('flags.results-dir.description'),
    }),
    report: reportFlag(['dry-run', 'output-dir', 'write-plan']),
    progress: progressFlag,
  });

  public async run(): Promise<CopyReport> {
    const { flags } = await this.parse(Bulk2Copy);
    return this.copy(flags);
  }
}
