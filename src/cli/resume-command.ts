import { resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { withRetry } from '../lib/api/retry.js';
import { resumeLoad } from '../lib/ingest/load.js';
import { loadStatusOf } from '../lib/ingest/run-status.js';
import { collectForeignJob, findJob } from '../lib/jobs/foreign-job.js';
import { jobIdsOf, type RunView } from '../lib/journal/store.js';
import { deadlineOf } from '../lib/run-context.js';
import { Bulk2Command } from './bulk2-command.js';
import { contextForJob, findRun, mostRecentRun, type JobContext, type JobFlags } from './job-context.js';
import { foreignStatus } from './job-status.js';
import type { LoadReport } from './load-report.js';
import { waitOf } from './load-request.js';
import { LoadSession } from './load-session.js';
import { abortOnSignal } from './signals.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

export type ResumeReport = LoadReport;

type ResumeFlags = JobFlags & {
  readonly wait?: number | undefined;
  readonly 'results-dir': string;
};

/** Takes up a load of this tool, or waits for a job of another one. */
export abstract class ResumeCommand extends Bulk2Command<ResumeReport> {
  readonly #session = new LoadSession(this);
  #jobId: string | undefined;

  protected override progressSoFar(): LoadReport | undefined {
    return this.#session.figures();
  }

  protected override resumableJobId(): string | undefined {
    return this.#session.tracker.firstJobId ?? this.#jobId;
  }

  protected async resume(flags: ResumeFlags): Promise<ResumeReport> {
    const run = flags.id === undefined ? await mostRecentRun() : await findRun(flags.id);
    const jobId = flags.id ?? jobIdsOf(run?.records ?? []).at(0) ?? '';
    const context = await contextForJob(jobId, run, flags, abortOnSignal());
    this.#session.countRequestsOf(context.api);
    this.#jobId = jobId;
    try {
      return run === undefined
        ? await this.#wait(jobId, flags, context)
        : await this.#takeUp(run, flags, context);
    } finally {
      this.#session.quiet();
      await context.close();
    }
  }

  async #takeUp(run: RunView, flags: ResumeFlags, context: JobContext): Promise<LoadReport> {
    const wait = waitOf({ async: false, wait: flags.wait });
    const { events } = this.#session.tracker;
    const known = loadStatusOf(run.runId, run.records);
    if (known?.files !== undefined) {
      this.log(messages.getMessage('alreadyDone', [known.jobIds.join(', ')]));
      return this.#session.finish(known);
    }
    return this.#session.finish(await resumeLoad(run, { wait, events }, context));
  }

  /** A job of another tool: nothing of it is changed, its results are collected. */
  async #wait(jobId: string, flags: ResumeFlags, context: JobContext): Promise<LoadReport> {
    const { events } = this.#session.tracker;
    const api = withRetry(context.api, (notice) => events.emit('retry', notice));
    await findJob(api, jobId, context.signal);
    const { info, outcome } = await collectForeignJob(api, jobId, {
      resultsDir: resolve(flags['results-dir']),
      deadline: deadlineOf(waitOf({ async: false, wait: flags.wait })),
      onInfo: (each) => events.emit('jobInfo', each),
      signal: context.signal,
    });
    return this.#session.finish(foreignStatus(info, outcome));
  }
}
