import { Messages } from '@salesforce/core';
import { jobOrgFlags, resumeFlags } from '../../../cli/job/job-flags.js';
import { reportFlag } from '../../../cli/load/with-report.js';
import { resultsFlags } from '../../../cli/job/results-flags.js';
import { ResumeCommand, type ResumeReport } from '../../../cli/job/resume-command.js';
import { errorCodes } from '../../../cli/exit-codes.js';
import { grouped } from '../../../cli/flag-groups.js';
import { waitFlag } from '../../../cli/wait.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.resume');

export default class Bulk2JobResume extends ResumeCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    ...jobOrgFlags,
    ...resumeFlags,
    ...resultsFlags,
    wait: waitFlag,
    report: reportFlag(),
  });

  public async run(): Promise<ResumeReport> {
    const { flags } = await this.parse(Bulk2JobResume);
    return this.resume(flags);
  }
}
