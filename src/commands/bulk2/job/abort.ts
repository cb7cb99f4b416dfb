import { Messages } from '@salesforce/core';
import { Bulk2Command } from '../../../cli/bulk2-command.js';
import { jobsOf, openJob, type FoundRun } from '../../../cli/job/job-context.js';
import { jobIdFlag, jobOrgFlags } from '../../../cli/job/job-flags.js';
import { withRetry } from '../../../lib/api/retry.js';
import type { JobInfo } from '../../../lib/api/types.js';
import { abortJob } from '../../../lib/jobs/end-jobs.js';
import { RunLockedError } from '../../../lib/run/errors.js';

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
    const found = await openJob(flags, this.stopSignal());
    const { context } = found;
    try {
      await this.#warnOfOwner(found);
      const jobs: JobInfo[] = [];
      for (const id of jobsOf(found)) {
        const { info, hadEnded } = await abortJob(withRetry(context.api), id, context.signal);
        this.log(messages.getMessage(hadEnded ? 'hadEnded' : 'now', [id, info.state]));
        jobs.push(info);
      }
      return { jobs };
    } finally {
      await context.close();
    }
  }

  /** A process that is at work on the load would go on to create further jobs. */
  async #warnOfOwner({ run, context }: FoundRun): Promise<void> {
    if (run === undefined) return;
    try {
      await (await context.store.open(run.runId)).close();
    } catch (error) {
      if (!(error instanceof RunLockedError)) throw error;
      this.warn(messages.getMessage('warning.Held', [error.message]));
    }
  }
}
