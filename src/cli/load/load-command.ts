import { Messages } from '@salesforce/core';
import {
  repeatedFiles,
  planLoad,
  requireNotRetriedFiles,
  requireUnconverted,
  type PlannedLoad,
  resumeLoad,
  startLoad,
  type LoadRequest,
} from '../../lib/load/load.js';
import { DeclinedError } from '../exit-codes.js';
import { standardInput } from '../../lib/files/apart.js';
import { queryCsv } from '../../lib/export/export.js';
import { kindsOfLoad, warnedOfRepeat } from '../../lib/load/interrupted.js';
import type { RunContext } from '../../lib/run/context.js';
import { orgOf } from '../../lib/run/org.js';
import { withinWait } from '../../lib/run/within-wait.js';
import { Bulk2Command } from '../bulk2-command.js';
import { saysYes } from '../ask.js';
import { settleInterrupted } from './interrupted-load.js';
import { dryRunReport, type LoadReport } from './load-report.js';
import { loadRequest, type LoadFlags } from './load-request.js';
import { LoadSession } from './load-session.js';
import { dryRunText } from './load-text.js';
import { contextOf } from '../org-context.js';
import type { Told } from '../report/notes.js';
import type { ReportPage } from '../report/page.js';
import { whileAlone } from './while-alone.js';
import { keptReportPath, withReport } from './with-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

type Starting = {
  readonly flags: LoadFlags;
  readonly request: LoadRequest;
  readonly context: RunContext;
  /** To be called once the load can be found by others. */
  readonly begun: () => Promise<void>;
};

/** What the commands that load records share; they differ in their operation alone. */
export abstract class LoadCommand extends Bulk2Command<LoadReport> {
  protected override readonly beginsWork = true;
  readonly #session = new LoadSession(this);

  protected override progressSoFar(): Partial<LoadReport> {
    return this.#session.figures() ?? this.#session.reported;
  }

  protected override unsent(): string | undefined {
    return this.#session.unsent;
  }

  protected override resumeFlags(): string | undefined {
    return this.#session.tracker.resumeFlags;
  }

  protected async load(flags: LoadFlags): Promise<LoadReport> {
    const signal = this.stopSignal();
    const asked = await loadRequest(flags, signal);
    await this.#askAboutRepeats(asked);
    const path = await reportPathOf(flags, asked);
    const request = { ...asked, reportPath: path };
    const context = await contextOf(flags['target-org'], flags['api-version'], signal);
    this.#session.inOrg(context);
    this.#session.keyReason = flags.externalId === undefined ? 'found' : 'given';
    const pageOf = (told: Told) => this.#pageOf(request, context, told);
    try {
      return await withReport({ path, session: this.#session, pageOf }, () =>
        withinWait(request.wait, context, (bounded) => this.#run(flags, request, bounded)),
      );
    } finally {
      this.#session.quiet();
      await context.close();
    }
  }

  /** Somebody at a terminal may have typed a name twice. @throws DeclinedError so it was */
  async #askAboutRepeats({ inputs }: LoadRequest): Promise<void> {
    const [file] = await repeatedFiles(inputs);
    const isSomebodyThere = process.stdin.isTTY && !this.jsonEnabled();
    if (file === undefined || !isSomebodyThere) return;
    const message = messages.getMessage('question.repeatedFile', [file]);
    if (!(await saysYes(this, message))) throw new DeclinedError(messages.getMessage('declined'));
  }

  async #run(flags: LoadFlags, request: LoadRequest, context: RunContext): Promise<LoadReport> {
    const { events } = this.#session.tracker;
    const planned = await warnedOfRepeat(await planLoad(request, context, events, { queryCsv }), context);
    this.#session.quiet();
    // A dry run has its own words for rows that would be set aside.
    const toldLater = flags['dry-run'] ? 'SET_ASIDE' : undefined;
    for (const { code, message } of planned.warnings) if (code !== toldLater) this.warn(message);
    if (flags['dry-run']) return this.#dryRun(planned, context);
    const kinds = await kindsOfLoad(planned.plan, context);
    return whileAlone(this, { kinds, runId: planned.runId, context }, (begun) =>
      this.#startOrResume(planned, { flags, request, context, begun }),
    );
  }

  async #startOrResume(
    planned: PlannedLoad,
    { flags, request, context, begun }: Starting,
  ): Promise<LoadReport> {
    const { events } = this.#session.tracker;
    const interrupted = await settleInterrupted(this, planned, flags['if-interrupted'], { context, events });
    if (interrupted === undefined) {
      return this.#session.finish(await startLoad(planned, { events, onBegun: begun }, context));
    }
    await begun();
    const { run, sources } = interrupted;
    this.#session.tracker.resumes(run);
    this.#session.reportPath ??= keptReportPath(run);
    const { wait, resultsDir } = request;
    return this.#session.finish(await resumeLoad(run, { events, wait, resultsDir, sources }, context));
  }

  async #pageOf(
    request: LoadRequest,
    { store, org }: RunContext,
    told: Told,
  ): Promise<ReportPage | undefined> {
    const { runId, infos } = this.#session.tracker;
    if (runId === undefined) {
      const { unstartedPage } = await import('../report/unstarted-page.js');
      return unstartedPage(request, org, told);
    }
    const { runPage } = await import('../report/run-page.js');
    return runPage({ runId, store, infos }, told);
  }

  async #dryRun({ runId, plan }: PlannedLoad, context: RunContext): Promise<LoadReport> {
    await context.store.remove(runId);
    await requireNotRetriedFiles(plan, await orgOf(context), context.store);
    await requireUnconverted(plan, context.store);
    const report = await dryRunReport(plan, context, () => this.#session.effort);
    this.log(dryRunText(report));
    return report;
  }
}

/** Looks at once whether the report can be written, and loads nothing when none was asked for. */
async function reportPathOf(
  { report, async, 'results-dir': resultsDir, 'mapping-file': mapping }: LoadFlags,
  { inputs }: LoadRequest,
): Promise<string | undefined> {
  if (report === undefined) return undefined;
  const { reportPlace } = await import('../report/report-place.js');
  const read = inputs.map(({ name, path }) => (path === undefined ? standardInput : { name, path }));
  const kept = mapping === undefined ? read : [...read, { name: mapping, path: mapping }];
  return reportPlace(report, { async, resultsDir, kept });
}
