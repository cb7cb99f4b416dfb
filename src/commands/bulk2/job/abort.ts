import { Messages } from '@salesforce/core';
import { Bulk2Command } from '../../../cli/bulk2-command.js';
import { findRun, jobsOf, openJob, type FoundRun } from '../../../cli/job/job-context.js';
import { endedIdFlag, jobOrgFlags } from '../../../cli/job/job-flags.js';
import { stateFolder } from '../../../cli/org-context.js';
import { withRetry } from '../../../lib/api/retry.js';
import type { JobInfo } from '../../../lib/api/types.js';
import { endChange } from '../../../lib/by-query/end-change.js';
import { UsageError } from '../../../lib/errors.js';
import { abortJob } from '../../../lib/jobs/end-jobs.js';
import { RunLockedError } from '../../../lib/run/errors.js';
import { isRunId, jobIdsOf, runStore } from '../../../lib/run/store.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.abort');

export type AbortReport = { jobs: JobInfo[] };

export default class Bulk2JobAbort extends Bulk2Command<AbortReport> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = { ...jobOrgFlags, id: endedIdFlag };

  public async run(): Promise<AbortReport> {
    const { flags } = await this.parse(Bulk2JobAbort);
    if (isRunId(flags.id)) return this.#endChange(flags.id);
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

  /** A change by query over SObject Collections has no job that the org could abort. */
  async #endChange(id: string): Promise<AbortReport> {
    const run = await findRun(id);
    const [jobId] = jobIdsOf(run?.records ?? []);
    if (run?.records[0]?.type !== 'change') {
      throw new UsageError(messages.getMessage('error.HasJobs', [id, jobId ?? '']));
    }
    const store = runStore(stateFolder());
    const { hadEnded } = await endChange(id, messages.getMessage('reason'), { store });
    this.log(messages.getMessage(hadEnded ? 'changeHadEnded' : 'changeEnded', [id]));
    return { jobs: [] };
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
