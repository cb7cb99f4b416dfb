import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { idOrLast } from '../../../cli/job/job-context.js';
import { jobOrgFlags, lastLoadFlags } from '../../../cli/job/job-flags.js';
import { maxFailuresFlag } from '../../../cli/load/load-flags.js';
import { progressFlag } from '../../../cli/progress/progress-flag.js';
import { reportFlag } from '../../../cli/load/with-report.js';
import { RetryCommand, type RetryReport } from '../../../cli/job/retry-command.js';
import { errorCodes } from '../../../cli/exit-codes.js';
import { grouped } from '../../../cli/flag-groups.js';
import { waitFlags } from '../../../cli/wait.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.retry');
const load = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

export default class Bulk2JobRetry extends RetryCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    ...jobOrgFlags,
    ...lastLoadFlags,
    ...waitFlags(load.getMessage('flags.async.summary')),
    'failed-file': Flags.string({ summary: messages.getMessage('flags.failed-file.summary') }),
    'unprocessed-file': Flags.string({ summary: messages.getMessage('flags.unprocessed-file.summary') }),
    encoding: Flags.string({ summary: messages.getMessage('flags.encoding.summary') }),
    'max-failures': maxFailuresFlag,
    'results-dir': Flags.directory({ summary: messages.getMessage('flags.results-dir.summary') }),
    report: reportFlag(),
    progress: progressFlag,
  });

  public async run(): Promise<RetryReport> {
    const { flags } = await this.parse(Bulk2JobRetry);
    return this.retry({ ...flags, id: await idOrLast(flags) });
  }
}
