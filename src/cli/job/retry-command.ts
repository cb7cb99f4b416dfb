import { resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { restApi } from '../../lib/api/rest.js';
import { withRetry } from '../../lib/api/retry.js';
import { describer } from '../../lib/describe/describe.js';
import { UsageError } from '../../lib/errors.js';
import { queryCsv } from '../../lib/export/export.js';
import { retryLoad, type MovedFiles } from '../../lib/load/retry-load.js';
import { accountOf } from '../../lib/load/account.js';
import { loadStatusOf } from '../../lib/load/load.js';
import { jobIdsOf, type RunView } from '../../lib/run/store.js';
import { withinWait } from '../../lib/run/within-wait.js';
import { Bulk2Command } from '../bulk2-command.js';
import { oldValuesText } from '../by-query/by-query-text.js';
import { requireJobs } from './change-run.js';
import { copyRunOf, requireFitForCopy } from './copy-run.js';
import { contextForJob, findRun, jobOfRun, type JobContext, type JobFlags } from './job-context.js';
import type { CopyReport } from '../copy/copy-report.js';
import { CopySession } from '../copy/copy-session.js';
import { withCopyReport } from '../copy/with-copy-report.js';
import type { LoadReport } from '../load/load-report.js';
import { failureLimitOf } from '../load/load-request.js';
import { waitOf } from '../wait.js';
import { LoadSession } from '../load/load-session.js';
import { pageOfRun, reportPathFor, withReport } from '../load/with-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.retry');

/** A load, and the first job of the load that its rows are of; or a copy that goes on in a further round. */
export type RetryReport = (LoadReport | CopyReport) & { retryOf: string };

type RetryFlags = JobFlags & {
  readonly id: string;
  readonly wait?: number | undefined;
  readonly async: boolean;
  readonly 'failed-file'?: string | undefined;
  readonly 'unprocessed-file'?: string | undefined;
  readonly encoding?: string | undefined;
  readonly report?: string | undefined;
  readonly 'max-failures'?: string | undefined;
  readonly 'results-dir'?: string | undefined;
};

/** Sends failed and unprocessed rows again. */
export abstract class RetryCommand extends Bulk2Command<RetryReport> {
  protected override readonly beginsWork = true;
  readonly #session = new LoadSession(this);

  #copy: CopySession | undefined;

  protected override progressSoFar(): unknown {
    return this.#copy?.figures ?? this.#session.figures();
  }

  protected override unsent(): string | undefined {
    return this.#copy?.sent.unsent ?? this.#session.unsent;
  }

  protected override resumeFlags(): string | undefined {
    return this.#copy?.resumeFlags ?? this.#session.tracker.resumeFlags;
  }

  /** A retry of a copy that has not begun its round is begun again. */
  protected override resumeCommand(): string | undefined {
    const { runId, isOver } = this.#copy ?? {};
    const again = runId === undefined || isOver === true ? undefined : `sf bulk2 job retry --id ${runId}`;
    return super.resumeCommand() ?? again;
  }

  protected override hasSentNothing(): boolean {
    return this.#copy === undefined ? super.hasSentNothing() : this.#copy.hasSentNothing;
  }

  protected async retry(flags: RetryFlags): Promise<RetryReport> {
    const run = await findRun(flags.id);
    if (run === undefined) {
      throw new UsageError(messages.getMessage('error.Foreign', [flags.id]), {
        actions: [messages.getMessage('error.ForeignAction', [flags.id])],
      });
    }
    const copy = await copyRunOf(run);
    if (copy !== undefined) return this.#retryCopy(copy, flags);
    await requireJobs(run);
    const path = await reportPathFor(flags, run);
    const context = await contextForJob(jobOfRun(flags.id, run), flags, this.stopSignal());
    this.#session.inOrg(context);
    const pageOf = pageOfRun(this.#session.tracker, run, context.store);
    try {
      const report = await withReport({ path, session: this.#session, pageOf }, () =>
        withinWait(waitOf(flags), context, (bounded) =>
          this.#sendAgain(run, { ...flags, report: path }, bounded),
        ),
      );
      return { ...report, retryOf: jobIdsOf(run.records)[0] ?? flags.id };
    } finally {
      this.#session.quiet();
      await context.close();
    }
  }

  async #retryCopy(run: RunView, flags: RetryFlags): Promise<RetryReport> {
    requireFitForCopy(flags, ['async', 'failed-file', 'unprocessed-file', 'max-failures', 'results-dir']);
    const path = await reportPathFor(flags, run);
    const { continueCopy } = await import('../copy/continue-copy.js');
    const session = new CopySession(this);
    this.#copy = session;
    const { runId } = run;
    session.runId = runId;
    const target = await contextForJob(jobOfRun(runId, run), flags, this.stopSignal());
    try {
      const continuing = { run, target, wait: waitOf(flags), isRetry: true, encoding: flags.encoding };
      const reporting = { path, store: target.store, session, voice: this };
      const report = await withCopyReport(reporting, () => continueCopy(session, continuing));
      return { ...report, retryOf: runId };
    } finally {
      this.display.clear();
      await target.close();
    }
  }

  async #sendAgain(run: RunView, flags: RetryFlags, context: JobContext): Promise<LoadReport> {
    const status = await retryLoad(
      run,
      {
        describeOf: describer(restApi(withRetry(context.api), context.signal)),
        events: this.#session.tracker.events,
        wait: waitOf(flags),
        ...failureLimitOf(flags),
        moved: movedFiles(flags),
        encoding: flags.encoding,
        resultsDir: flags['results-dir'] === undefined ? undefined : resolve(flags['results-dir']),
        reportPath: flags.report,
        queryCsv,
        onPlanned: ({ warnings }) => {
          for (const { message } of warnings) this.warn(message);
          const time = foundAt(run);
          if (time !== undefined) this.warn(oldValuesText(time));
        },
      },
      context,
    );
    if (status !== undefined) return this.#session.finish(status);
    this.log(messages.getMessage('nothing', [flags.id]));
    const known = loadStatusOf(run.runId, run.records);
    if (known === undefined) throw new UsageError(messages.getMessage('nothing', [flags.id]));
    // Nothing of it was done by this command, which has no rate.
    this.#session.account = await accountOf(run, context.store);
    return this.#session.finish(known);
  }
}

function movedFiles({ 'failed-file': failed, 'unprocessed-file': unprocessed }: RetryFlags): MovedFiles {
  return {
    ...(failed === undefined ? {} : { failed: resolve(failed) }),
    ...(unprocessed === undefined ? {} : { unprocessed: resolve(unprocessed) }),
  };
}

/** When the values of a change by query were made, ISO 8601; undefined for any other load. */
function foundAt({ records: [first] }: RunView): string | undefined {
  const isChange =
    first?.type === 'load' && first.plan.operation === 'update' && first.plan.change !== undefined;
  return isChange ? first.at : undefined;
}
