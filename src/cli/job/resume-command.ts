import { resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { resumeChange } from '../../lib/by-query/by-query.js';
import { UsageError } from '../../lib/errors.js';
import { JobGoneError, JobVanishedError } from '../../lib/jobs/errors.js';
import { accountOf } from '../../lib/load/account.js';
import { requireComplete, resumeLoad, loadStatusOf } from '../../lib/load/load.js';
import type { ExportPlan } from '../../lib/run/export-plan.js';
import { beginningOf, isFinished, jobIdsOf, nameOfRun, type RunView } from '../../lib/run/store.js';
import { resumeExport } from '../../lib/export/export.js';
import type { WaitFor } from '../../lib/jobs/deadline.js';
import type { ChangeReport } from '../by-query/by-query-report.js';
import { factsOfRun } from '../report/change-facts.js';
import { ChangeSession } from '../by-query/change-session.js';
import { CollectCommand, type CollectFlags, type CollectReport } from './collect-command.js';
import { finishedExport, reasonIn, requireResultFiles } from './finished-run.js';
import { findRun, jobOfRun, mostRecentRun, type JobContext } from './job-context.js';
import { copyRunOf, requireFitForCopy } from './copy-run.js';
import type { CopyReport } from '../copy/copy-report.js';
import { CopySession } from '../copy/copy-session.js';
import { withCopyReport } from '../copy/with-copy-report.js';
import { settleInsertedSince } from '../load/inserted-since.js';
import type { LoadReport } from '../load/load-report.js';
import { saysYes } from '../ask.js';
import { DeclinedError } from '../exit-codes.js';
import { formatTime } from '../units.js';
import { waitOf } from '../wait.js';
import type { QueryReport } from '../query/query-text.js';
import { recordFlagsIn } from './results-flags.js';
import { keptReportPath, pageOfRun, reportPathFor, withReport } from '../load/with-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

export type ResumeReport = CollectReport | CopyReport;

type ResumeFlags = CollectFlags & {
  readonly wait?: number | undefined;
  readonly report?: string | undefined;
};

/** Resumes a load or an export of this tool, or waits for a job of another one. */
export abstract class ResumeCommand extends CollectCommand<CopyReport> {
  readonly #change = new ChangeSession(this, this.loadSession);

  #copy: CopySession | undefined;

  protected override progressSoFar(): unknown {
    return this.#copy?.figures ?? this.#change.figures() ?? super.progressSoFar();
  }

  protected override unsent(): string | undefined {
    return this.#copy?.sent.unsent ?? super.unsent();
  }

  protected override resumeFlags(): string | undefined {
    if (this.#copy?.isOver === true) return undefined;
    return this.#copy?.resumeFlags ?? super.resumeFlags();
  }

  protected override hasSentNothing(): boolean {
    return this.#copy === undefined ? super.hasSentNothing() : this.#copy.hasSentNothing;
  }

  protected override nextSteps(): readonly string[] {
    return [...super.nextSteps(), ...this.#change.nextSteps()];
  }

  protected async resume(flags: ResumeFlags): Promise<ResumeReport> {
    const run = flags.id === undefined ? await this.#mostRecent(flags) : await findRun(flags.id);
    const jobId = flags.id ?? (run === undefined ? '' : nameOfRun(run));
    const wait = waitOf({ async: false, wait: flags.wait });
    const copy = run && (await copyRunOf(run));
    if (copy !== undefined) return this.#takeUpCopy(copy, flags, wait);
    this.reportPath = await resumedReportPath(flags, run);
    if (run === undefined) return this.collectJob(jobOfRun(jobId, run), flags, wait);
    requireOwnOutput(jobId, run, flags);
    return this.inOrg(jobOfRun(jobId, run), flags, wait, async (context): Promise<CollectReport> => {
      const [first] = run.records;
      if (first?.type === 'export') return this.#takeUpExport({ run, plan: first.plan }, wait, context);
      const session = this.loadSession;
      if (isFinished(run.records)) session.account = await accountOf(run, context.store);
      const pageOf = pageOfRun(session.tracker, run, context.store);
      const isChange = factsOfRun(run, undefined) !== undefined;
      return withReport<LoadReport>({ path: this.reportPath, session, pageOf }, () =>
        isChange
          ? this.#takeUpChange(run, flags, context)
          : this.#takeUpLoad(run, { wait, resultsDir: flags['results-dir'] }, context),
      );
    });
  }

  /** Without `--use-most-recent` it is a question. @throws DeclinedError it isn't the one that was meant */
  async #mostRecent(flags: ResumeFlags): Promise<RunView> {
    const isMeant = flags['use-most-recent'] === true;
    if (!isMeant && (this.jsonEnabled() || !process.stdin.isTTY)) {
      throw new UsageError(messages.getMessage('error.NothingNamed'), {
        actions: [messages.getMessage('error.NothingNamedAction')],
      });
    }
    const run = await mostRecentRun(this, flags);
    if (isMeant) return run;
    const message = messages.getMessage('question.resume', [...factsOf(run)]);
    if (!(await saysYes(this, message))) throw new DeclinedError(messages.getMessage('declined'));
    return run;
  }

  async #takeUpCopy(run: RunView, flags: ResumeFlags, wait: WaitFor): Promise<CopyReport> {
    requireFitForCopy(flags, ['results-dir', ...recordFlagsIn(flags)]);
    const path = await resumedReportPath(flags, run);
    const { continueCopy } = await import('../copy/continue-copy.js');
    const session = new CopySession(this);
    this.#copy = session;
    return this.inOrg(jobOfRun(run.runId, run), flags, wait, (target) =>
      withCopyReport({ path, store: target.store, session, voice: this }, () =>
        continueCopy(session, { run, target, wait, isRetry: false }),
      ),
    );
  }

  async #takeUpLoad(
    run: RunView,
    { wait, resultsDir }: { readonly wait: WaitFor; readonly resultsDir: string | undefined },
    context: JobContext,
  ): Promise<LoadReport> {
    const ended = isFinished(run.records) ? loadStatusOf(run.runId, run.records) : undefined;
    if (ended !== undefined) {
      const name = nameOfRun(run);
      if (ended.files === undefined) {
        throw new UsageError(messages.getMessage('error.LoadEnded', [name, reasonIn(run.records)]));
      }
      await requireResultFiles(name, ended.files, resultsDir);
      this.log(messages.getMessage('alreadyDone', [name]));
      const report = await this.loadSession.finish(ended);
      requireComplete(ended, this.loadSession.account?.retriedBy !== undefined);
      return report;
    }
    await settleInsertedSince(this, { run, isNamed: true }, context.store);
    const { events } = this.loadSession.tracker;
    const options = {
      wait,
      events,
      ...(resultsDir === undefined ? {} : { resultsDir: resolve(resultsDir) }),
    };
    return this.loadSession.finish(
      await resumeLoad(run, options, context).catch((error: unknown) => {
        throw withOtherJobs(error, run);
      }),
    );
  }

  async #takeUpChange(run: RunView, flags: ResumeFlags, context: JobContext): Promise<ChangeReport> {
    const dir = flags['results-dir'];
    if (isFinished(run.records)) this.log(messages.getMessage('alreadyDone', [nameOfRun(run)]));
    this.#change.resume(run, dir);
    const { events } = this.loadSession.tracker;
    const resultsDir = dir === undefined ? {} : { resultsDir: resolve(dir) };
    const options = { events, onChanged: this.#change.onChanged, ...resultsDir };
    return this.#change.finish(await resumeChange(run, context, options));
  }

  async #takeUpExport(
    { run, plan }: { readonly run: RunView; readonly plan: ExportPlan },
    wait: WaitFor,
    context: JobContext,
  ): Promise<QueryReport> {
    const { events, openSink } = this.querySession;
    if (this.reportPath !== undefined) await this.nothingToReport(nameOfRun(run));
    this.querySession.begin(plan);
    this.querySession.extent = isFinished(run.records) ? 'nothing' : 'rest';
    if (isFinished(run.records)) {
      const { jobId, ...result } = await finishedExport(run, plan);
      events.emit('jobCreated', { jobId });
      this.querySession.note(messages.getMessage('alreadyDone', [jobId]));
      return this.querySession.finish(plan, result);
    }
    return this.querySession.finish(plan, await resumeExport(run, { wait, events, openSink }, context));
  }
}

/** Where `--report` of the resume is to be written, or that of what it resumes. @throws UsageError it can't be there */
async function resumedReportPath(flags: ResumeFlags, run: RunView | undefined): Promise<string | undefined> {
  return (await reportPathFor(flags, run)) ?? (run === undefined ? undefined : keptReportPath(run));
}

/** What a run does, when it was started, and its name. */
function factsOf(run: RunView): readonly [what: string, startedAt: string, name: string] {
  const first = beginningOf(run);
  const what =
    first?.type === 'load' || first?.type === 'change'
      ? `${first.plan.operation} of ${first.plan.object}`
      : (first?.type ?? '');
  return [what, formatTime(first?.at ?? ''), nameOfRun(run)];
}

/** @throws UsageError an export goes on where it began, and a load has no records */
function requireOwnOutput(jobId: string, { records: [first] }: RunView, flags: ResumeFlags): void {
  const isExport = first?.type === 'export' && flags['results-dir'] !== undefined;
  const [unfit] = [...recordFlagsIn(flags), ...(isExport ? ['results-dir'] : [])];
  if (unfit === undefined) return;
  throw new UsageError(messages.getMessage('error.OwnOutput', [jobId, unfit]), {
    actions: [messages.getMessage('error.OwnOutputAction', [jobId])],
  });
}

/** Of a load that can't be finished, since the org has deleted a job of it: what to do about the rows of the others. */
function withOtherJobs(error: unknown, { records }: RunView): unknown {
  const isGone = error instanceof JobGoneError && !(error instanceof JobVanishedError);
  const [name, ...others] = jobIdsOf(records);
  if (!isGone || name === undefined || others.length === 0) return error;
  return new JobGoneError(error.message, {
    cause: error,
    actions: [messages.getMessage('action.EndLoad', [name]), messages.getMessage('action.OtherJobs', [name])],
    data: error.data,
  });
}
