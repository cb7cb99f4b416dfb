import { Messages } from '@salesforce/core';
import { Bulk2Command } from '../../../cli/bulk2-command.js';
import { openJob } from '../../../cli/job/job-context.js';
import { jobIdFlag, jobOrgFlags } from '../../../cli/job/job-flags.js';
import { withRetry } from '../../../lib/api/retry.js';
import type { JobInfo } from '../../../lib/api/types.js';
import { deleteJob } from '../../../lib/jobs/end-jobs.js';
import { errorCodes } from '../../../cli/exit-codes.js';
import { grouped } from '../../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.delete');

export type DeleteJobReport = { job: JobInfo };

export default class Bulk2JobDelete extends Bulk2Command<DeleteJobReport> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({ ...jobOrgFlags, id: jobIdFlag });

  public async run(): Promise<DeleteJobReport> {
    const { flags } = await this.parse(Bulk2JobDelete);
    const { jobId, context } = await openJob(flags, this.stopSignal());
    try {
      const job = await deleteJob(withRetry(context.api), jobId, context.signal);
      this.log(messages.getMessage('deleted', [jobId]));
      return { job };
    } finally {
      await context.close();
    }
  }
}
