import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import {
  applySaved,
  resumeChange,
  findRecords,
  type FoundRecords,
  type ByQueryRequest,
  type RouteOptions,
  saveFound,
} from '../../lib/by-query/by-query.js';
import { kindsOfChange } from '../../lib/by-query/interrupted.js';
import { requireResultsFolder } from '../../lib/load/load.js';
import type { RunContext } from '../../lib/run/context.js';
import type { RunView } from '../../lib/run/store.js';
import { restOfWait, type WaitFor } from '../../lib/jobs/deadline.js';
import { withinWait } from '../../lib/run/within-wait.js';
import { plannedReport, type ByQueryReport, type ChangeReport } from './by-query-report.js';
import type { ByQueryFlags } from './by-query-request.js';
import { byQueryDryRunText, deedText, orgText, questionText, savedText } from './by-query-text.js';
import { factsOf } from '../report/change-facts.js';
import { ChangeSession } from './change-session.js';
import { settleInterruptedChange } from './interrupted-change.js';
import { DeclinedError } from '../exit-codes.js';
import { saysYes } from '../ask.js';
import { LoadCommand } from '../load/load-command.js';
import { waitOf } from '../wait.js';
import { LoadSession } from '../load/load-session.js';
import { whileAlone } from '../load/while-alone.js';
import { keptReportPath, withReport } from '../load/with-report.js';
import { contextOf } from '../org-context.js';
import type { Told } from '../report/notes.js';
import type { ReportPage } from '../report/page.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.by-query');

/** What a change goes on with once it has been agreed to. */
type Change = {
  readonly resultsDir: string;
  readonly reportPath: string | undefined;
  readonly context: RunContext;
  /** Asks for leave to change so many records; undefined where nobody is to be asked. */
  readonly ask: ((count: number) => Promise<void>) | undefined;
  /** To be called once the change can be found by others. */
  readonly begun: () => Promise<void>;
};

type Resuming = Pick<Change, 'resultsDir' | 'context'> & { readonly wait: WaitFor };

/** What the commands share that change the records of a file or those that a query finds. */
export abstract class ByQueryCommand extends LoadCommand {
  readonly #session = new LoadSession(this);
  readonly #change = new ChangeSession(this, this.#session);

  protected override progressSoFar(): Partial<ChangeReport> {
    return this.#change.figures() ?? super.progressSoFar();
  }

  protected override nextSteps(): readonly string[] {
    return this.#change.nextSteps();
  }

  protected override unsent(): string | undefined {
    return this.#session.unsent ?? super.unsent();
  }

  protected override resumeFlags(): string | undefined {
    return this.#change.resumeFlags ?? this.#session.tracker.resumeFlags ?? super.resumeFlags();
  }

  protected routeOf(flags: ByQueryFlags): RouteOptions {
    return { bulkThreshold: flags['bulk-threshold'], allowBulk: flags['allow-bulk'] };
  }

  /** Counts, asks, saves, and only then changes. */
  protected async changeByQuery(flags: ByQueryFlags, request: ByQueryRequest): Promise<ByQueryReport> {
    const resultsDir = resolve(flags['results-dir']);
    if (!flags['dry-run']) await requireResultsFolder(resultsDir, randomUUID());
    const context = await contextOf(flags['target-org'], flags['api-version'], this.stopSignal());
    this.#session.inOrg(context);
    const path = await this.#reportPath(flags);
    const pageOf = (told: Told) => this.#pageOf(context, told);
    try {
      return await withReport({ path, session: this.#session, pageOf }, async () => {
        const kinds = flags['dry-run'] ? [] : await kindsOfChange(request, context);
        return whileAlone(this, { kinds, context }, (begun) =>
          this.#run(flags, request, { context, resultsDir, reportPath: path, begun }),
        );
      });
    } finally {
      this.#change.quiet();
      this.#session.quiet();
      await context.close();
    }
  }

  async #run(
    flags: ByQueryFlags,
    request: ByQueryRequest,
    { context, resultsDir, reportPath, begun }: Omit<Change, 'ask'>,
  ): Promise<ByQueryReport> {
    const wait = waitOf({ async: false, wait: flags.wait });
    const startedMs = Date.now();
    const interrupted = flags['dry-run'] ? undefined : await this.#interrupted(flags, request, context);
    if (interrupted !== undefined) {
      await begun();
      return this.#resume(interrupted, { resultsDir, wait, context });
    }
    const found = await withinWait(wait, context, (bounded) => findRecords(request, bounded));
    if (found.count === 0) {
      this.log(messages.getMessage('nothing', [found.object]));
      return plannedReport(found, this.#session.effort);
    }
    const org = await withinWait(restOfWait(wait, startedMs), context, orgText);
    if (flags['dry-run']) {
      this.log(byQueryDryRunText(found, org));
      return plannedReport(found, this.#session.effort);
    }
    // What a person thinks about does not count.
    const rest = restOfWait(wait, startedMs);
    const ask = flags['no-prompt'] ? undefined : (count: number) => this.#ask({ ...found, count }, org);
    await ask?.(found.count);
    return withinWait(rest, context, (bounded) =>
      this.#saveAndChange(found, { context: bounded, ask, resultsDir, reportPath, begun }),
    );
  }

  /** Looks at once whether the report can be written. */
  async #reportPath({ report, 'results-dir': resultsDir }: ByQueryFlags): Promise<string | undefined> {
    if (report === undefined) return undefined;
    const { reportPlace } = await import('../report/report-place.js');
    return reportPlace(report, { resultsDir });
  }

  /** Undefined while there is no change to tell of. */
  async #pageOf({ store }: RunContext, told: Told): Promise<ReportPage | undefined> {
    const { runId } = this.#change;
    if (runId === undefined) return undefined;
    const { runPage } = await import('../report/run-page.js');
    return runPage({ runId, store, infos: this.#session.tracker.infos }, told);
  }

  /** The same change that was interrupted and is to be resumed instead. */
  #interrupted(
    flags: ByQueryFlags,
    request: ByQueryRequest,
    context: RunContext,
  ): Promise<RunView | undefined> {
    const { events } = this.#session.tracker;
    return settleInterruptedChange(this, request, flags['if-interrupted'], { context, events });
  }

  async #resume(run: RunView, { resultsDir, wait, context }: Resuming): Promise<ByQueryReport> {
    this.#change.resume(run, undefined);
    this.#session.reportPath ??= keptReportPath(run);
    const { events } = this.#session.tracker;
    const { onChanged } = this.#change;
    const outcome = await withinWait(wait, context, (bounded) =>
      resumeChange(run, bounded, { events, onChanged, resultsDir }),
    );
    return this.#change.finish(outcome);
  }

  /**
   * @throws UsageError nobody is there
   * @throws DeclinedError the answer was no
   */
  async #ask(found: FoundRecords, org: string): Promise<void> {
    if (this.jsonEnabled() || !process.stdin.isTTY) {
      throw new UsageError(messages.getMessage('error.CannotAsk', [deedText(found), org]), {
        actions: [messages.getMessage('action.NoPrompt')],
        data: { count: found.count },
      });
    }
    const message = questionText(found, org);
    if (!(await saysYes(this, message))) throw new DeclinedError(messages.getMessage('error.Declined'));
  }

  async #saveAndChange(
    found: FoundRecords,
    { resultsDir, reportPath, context, ask, begun }: Change,
  ): Promise<ByQueryReport> {
    const stem = join(resultsDir, fileStem(found));
    const savedPath = `${stem}.csv`;
    const saved = await saveFound(found, context, savedPath);
    this.log(savedText(saved, savedPath));
    try {
      // A yes to fewer records is none to these.
      if (saved.count > found.count) await ask?.(saved.count);
    } catch (error) {
      await context.store.remove(saved.runId);
      throw error;
    }
    this.#change.begin(factsOf(saved, stem, context.org));
    const { events } = this.#session.tracker;
    const { onChanged } = this.#change;
    return this.#change.finish(
      await applySaved(saved, context, { resultsDir, reportPath, events, onChanged, onBegun: begun }),
    );
  }
}

/** `Account-before-delete-20260131T080000123Z`: two commands of the same second must not share it. */
function fileStem({ object, request }: FoundRecords): string {
  const time = new Date().toISOString().replace(/[-:.]/g, '');
  return `${object}-before-${request.operation}-${time}`;
}
