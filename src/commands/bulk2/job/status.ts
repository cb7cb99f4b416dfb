import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { Bulk2Command } from '../../../cli/bulk2-command.js';
import { openJob } from '../../../cli/job/job-context.js';
import { jobIdFlag, jobOrgFlags } from '../../../cli/job/job-flags.js';
import { statusLine, statusText, watchJob, type StatusReport } from '../../../cli/job/job-watch.js';
import { jobWarningText } from '../../../cli/job-warning.js';
import { ProgressLine } from '../../../cli/progress-line.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.status');

export default class Bulk2JobStatus extends Bulk2Command<StatusReport> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    ...jobOrgFlags,
    id: jobIdFlag,
    watch: Flags.boolean({ summary: messages.getMessage('flags.watch.summary') }),
  };

  public async run(): Promise<StatusReport> {
    const { flags } = await this.parse(Bulk2JobStatus);
    const found = await openJob(flags, this.stopSignal());
    const line = new ProgressLine({ silent: this.jsonEnabled() });
    try {
      const report = await watchJob(found, {
        untilEnded: flags.watch,
        onStatus: (now) => line.update(() => statusLine(now)),
        onWarning: (warning) => {
          line.clear();
          this.warn(jobWarningText(warning));
        },
      });
      line.clear();
      this.log(statusText(report));
      return report;
    } finally {
      line.clear();
      await found.context.close();
    }
  }
}
