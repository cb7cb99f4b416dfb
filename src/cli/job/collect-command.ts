import { shellWord } from '../shown.js';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import type { OrgApi } from '../../lib/api/port.js';
import { withRetry } from '../../lib/api/retry.js';
import type { JobInfo } from '../../lib/api/types.js';
import { UsageError } from '../../lib/errors.js';
import { type CollectOutcome, requireResultsFolder, requireComplete } from '../../lib/load/load.js';
import { findJob } from '../../lib/jobs/find-job.js';
import { collectForeignJob } from '../../lib/load/foreign-job.js';
import { adoptQueryJob, planForJob } from '../../lib/export/adopt-job.js';
import { OutputClosedError } from '../../lib/export/export.js';
import { restOfWait, type WaitFor } from '../../lib/jobs/deadline.js';
import { withinWait } from '../../lib/run/within-wait.js';
import { Bulk2Command } from '../bulk2-command.js';
import type { ChangeReport } from '../by-query/by-query-report.js';
import { exitCodes } from '../exit-codes.js';
import { contextForJob, type JobContext, type JobFlags, type JobOfRun } from './job-context.js';
import { foreignStatus } from './job-status.js';
import type { Told } from '../report/notes.js';
import type { ReportPage } from '../report/page.js';
import type { JsonDocument } from '../query/json-stream.js';
import type { LoadReport } from '../load/load-report.js';
import { LoadSession } from '../load/load-session.js';
import type { QueryReport } from '../query/query-text.js';
import { QuerySession } from '../query/query-session.js';
import { requireTaken } from '../query/query-place.js';
import { recordsOutput } from '../query/record-flags.js';
import { recordFlagsIn, type ResultsFlags } from './results-flags.js';
import { withReport } from '../load/with-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

/** Of a load, of a change by query, or of an export. */
export type CollectReport = ChangeReport | QueryReport;

export type CollectFlags = JobFlags & ResultsFlags;

/** What commands share that bring home the results of a job of either kind, whoever created it. */
export abstract class CollectCommand<More = never> extends Bulk2Command<CollectReport | More> {
  protected override readonly beginsWork = true;
  protected readonly loadSession = new LoadSession(this);
  protected readonly querySession = new QuerySession(this);
  /** Where a report of the rows is to be written; absent when none was asked for. */
  protected reportPath: string | undefined;
  #namedFlags: string | undefined;

  /** With records in it the document was written as they came, and only its end is missing. */
  public override logJson(json: unknown): void {
    const plain = { ...(json as JsonDocument), ...{ stack: undefined, cause: undefined } };
    if (!this.querySession.endJson(plain)) super.logJson(json);
  }

  protected override progressSoFar(): unknown {
    return this.querySession.figures() ?? this.loadSession.figures();
  }

  protected override nextSteps(): readonly string[] {
    return this.querySession.nextSteps();
  }

  protected override unsent(): string | undefined {
    return this.loadSession.unsent;
  }

  protected override resumeFlags(): string | undefined {
    return this.querySession.resumeFlags ?? this.#namedFlags ?? this.loadSession.tracker.resumeFlags;
  }

  /** Opens the job's org for work within the wait, and closes it however that ends. */
  protected async inOrg<T>(
    job: JobOfRun,
    flags: CollectFlags,
    wait: WaitFor,
    work: (context: JobContext) => Promise<T>,
  ): Promise<T> {
    const context = await contextForJob(job, flags, this.stopSignal());
    const { jobId, run } = job;
    // A run of this tool knows everything but its name.
    this.#namedFlags =
      run === undefined ? foreignFlags(jobId, flags, context) : `--id ${jobId === '' ? run.runId : jobId}`;
    this.loadSession.inOrg(context);
    this.querySession.inOrg(context);
    try {
      return await withinWait(wait, context, work);
    } catch (error) {
      if (error instanceof OutputClosedError) process.exit(exitCodes.ok);
      throw error;
    } finally {
      this.loadSession.quiet();
      this.querySession.quiet();
      await context.close();
    }
  }

  /** Waits for a job that is there already, and brings its results. Nothing of it is changed. */
  protected async collectJob(found: JobOfRun, flags: CollectFlags, wait: WaitFor): Promise<CollectReport> {
    const startedMs = Date.now();
    const folder = flags['results-dir'];
    if (folder !== undefined) await requireResultsFolder(resolve(folder), randomUUID());
    const { info, report } = await this.inOrg(found, flags, wait, async (context) => {
      const api = this.#apiOf(context);
      const { kind, info } = await findJob(api, found.jobId, context.signal);
      if (kind === 'query' && this.reportPath !== undefined) await this.nothingToReport(info.id);
      if (kind === 'query') return { info, report: undefined };
      return { info, report: await this.#collectIngestJob(info, flags, { api, context }) };
    });
    if (report !== undefined) return report;
    // The service gives the records under the version that the job was created with, and under no other.
    const version = { ...flags, 'api-version': info.apiVersion.toFixed(1) };
    const rest = restOfWait(wait, startedMs);
    return this.inOrg(found, version, rest, (context) =>
      this.#collectQueryJob(info, flags, { context, wait: rest }),
    );
  }

  async #collectIngestJob(
    info: JobInfo,
    flags: CollectFlags,
    { api, context }: { readonly api: OrgApi; readonly context: JobContext },
  ): Promise<LoadReport> {
    const [unfit] = recordFlagsIn(flags);
    if (unfit !== undefined) throw new UsageError(messages.getMessage('error.IsIngest', [info.id, unfit]));
    const session = this.loadSession;
    const { tracker } = session;
    let outcome: CollectOutcome | undefined;
    const pageOf = async (told: Told): Promise<ReportPage> => {
      const { foreignJobPage } = await import('../report/foreign-page.js');
      return foreignJobPage(tracker.infos.get(info.id) ?? info, context.org, { outcome, told });
    };
    return withReport({ path: this.reportPath, session, pageOf }, async () => {
      const collected = await collectForeignJob(api, info, {
        resultsDir: resolve(flags['results-dir'] ?? '.'),
        deadline: context.deadline,
        onInfo: (each) => tracker.events.emit('jobInfo', each),
        onWarning: (warning) => tracker.events.emit('jobWarning', warning),
        signal: context.signal,
      });
      outcome = collected.outcome;
      const status = foreignStatus(collected.info, outcome);
      const report = await session.finish(status);
      requireComplete(status);
      return report;
    });
  }

  /** @throws UsageError always: a query job has records, and no rows to account for */
  protected async nothingToReport(jobId: string): Promise<never> {
    const { notALoad } = await import('../report/notes.js');
    throw notALoad(jobId);
  }

  async #collectQueryJob(
    info: JobInfo,
    flags: CollectFlags,
    { context, wait }: { readonly context: JobContext; readonly wait: WaitFor },
  ): Promise<QueryReport> {
    if (flags['results-dir'] !== undefined) {
      throw new UsageError(messages.getMessage('error.IsQuery', [info.id]));
    }
    const surroundings = { isTerminal: process.stdout.isTTY, isJson: this.jsonEnabled() };
    const output = await recordsOutput(flags, surroundings);
    await requireTaken(output.outputFile, context);
    const plan = planForJob(info, output);
    this.querySession.begin(plan);
    const { events, openSink } = this.querySession;
    const result = await adoptQueryJob(info, plan, { options: { wait, events, openSink }, context });
    return this.querySession.finish(plan, result);
  }

  #apiOf({ api }: JobContext): OrgApi {
    return withRetry(api, (notice) => this.loadSession.tracker.events.emit('retry', notice));
  }
}

/** Nothing is known here of a job that the plugin did not create: whoever resumes it has to say it all again. */
function foreignFlags(jobId: string, flags: CollectFlags, { org }: JobContext): string {
  const given = (['results-dir', 'output-file', 'output-dir', 'result-format'] as const).flatMap((name) => {
    const value = flags[name];
    return value === undefined
      ? []
      : [`--${name} ${shellWord(name === 'result-format' ? value : resolve(value))}`];
  });
  const where = org.username === undefined ? [] : [`--target-org ${shellWord(org.username)}`];
  return [`--id ${jobId}`, ...where, ...given].join(' ');
}
