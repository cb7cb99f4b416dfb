import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { jobOrgFlags, lastLoadFlags } from '../../../cli/job/job-flags.js';
import { JobReportCommand, type PageReport } from '../../../cli/job/job-report-command.js';
import { errorCodes } from '../../../cli/exit-codes.js';
import { grouped } from '../../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.report');

export default class Bulk2JobReport extends JobReportCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    ...jobOrgFlags,
    ...lastLoadFlags,
    'output-file': Flags.file({
      summary: messages.getMessage('flags.output-file.summary'),
      description: messages.getMessage('flags.output-file.description'),
      helpValue: 'FILE.html',
    }),
  });

  public async run(): Promise<PageReport> {
    const { flags } = await this.parse(Bulk2JobReport);
    return this.report(flags);
  }
}
