import { Messages } from '@salesforce/core';
import { Bulk2Command } from '../../../cli/bulk2-command.js';
import { jobsOf, openJob } from '../../../cli/job-context.js';
import { jobIdFlag, jobOrgFlags } from '../../../cli/job-flags.js';
import { abortOnSignal } from '../../../cli/signals.js';
import { withRetry } from '../../../lib/api/retry.js';
import type { JobInfo } from '../../../lib/api/types.js';
import { abortJob } from '../../../lib/jobs/end-jobs.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.abort');

export type AbortReport = { jobs: JobInfo[] };

export default class Bulk2JobAbort extends Bulk2Command<AbortReport> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = { ...jobOrgFlags, id: jobIdFlag };

  public async run(): Promise<AbortReport> {
    const { flags } = await this.parse(Bulk2JobAbort);
    const found = await openJob(flags, abortOnSignal());
    const { context } = found;
    try {
      const jobs: JobInfo[] = [];
      for (const id of jobsOf(found)) jobs.push(await abortJob(withRetry(context.api), id, context.signal));
      for (const { id, state } of jobs) this.log(messages.getMessage('now', [id, state]));
      return { jobs };
    } finally {
      await context.close();
    }
  }
}
