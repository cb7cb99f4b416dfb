import { startLoad } from '../lib/ingest/load.js';
import { planLoad, type PlannedLoad } from '../lib/ingest/plan.js';
import type { LoadRequest } from '../lib/ingest/request.js';
import type { LoadStatus } from '../lib/ingest/result.js';
import type { RunContext } from '../lib/run-context.js';
import { Bulk2Command } from './bulk2-command.js';
import { exitCodes } from './exit-codes.js';
import { showLoadProgress } from './load-progress.js';
import { dryRunReport, loadReport, type Effort, type LoadReport } from './load-report.js';
import { loadRequest, type LoadFlags } from './load-request.js';
import { dryRunText, loadText } from './load-text.js';
import { LoadTracker } from './load-tracker.js';
import { contextOf } from './org-context.js';
import { ProgressLine } from './progress-line.js';
import { abortOnSignal } from './signals.js';

/** What the commands that load records share; they differ in their operation alone. */
export abstract class LoadCommand extends Bulk2Command<LoadReport> {
  readonly #tracker = new LoadTracker();
  readonly #startedMs = Date.now();
  #countRequests: () => number = () => 0;

  protected override progressSoFar(): LoadReport | undefined {
    const status = this.#tracker.status();
    return status === undefined ? undefined : loadReport(status, this.#effort());
  }

  protected override resumableJobId(): string | undefined {
    return this.#tracker.firstJobId;
  }

  protected async load(flags: LoadFlags): Promise<LoadReport> {
    const request = await loadRequest(flags);
    const context = contextOf(flags['target-org'], flags['api-version'], abortOnSignal());
    this.#countRequests = () => context.api.requestCount;
    const line = new ProgressLine({ silent: this.jsonEnabled() });
    showLoadProgress(this.#tracker.events, line);
    try {
      const planned = await planLoad(request, context, this.#tracker.events);
      line.clear();
      for (const { message } of planned.warnings) this.warn(message);
      if (flags['dry-run']) return await this.#dryRun(planned, context);
      const status = await this.#start(planned, request, context);
      line.clear();
      return this.#finish(status);
    } finally {
      line.clear();
      await context.close();
    }
  }

  #start(planned: PlannedLoad, { wait }: LoadRequest, context: RunContext): Promise<LoadStatus> {
    return startLoad(planned, { wait, events: this.#tracker.events }, context);
  }

  async #dryRun({ runId, plan }: PlannedLoad, context: RunContext): Promise<LoadReport> {
    await context.store.remove(runId);
    const report = await dryRunReport(plan, context, () => this.#effort());
    this.log(dryRunText(report));
    return report;
  }

  #finish(status: LoadStatus): LoadReport {
    const report = loadReport(status, this.#effort());
    const isFinished = status.files !== undefined;
    if (isFinished && status.failed + status.unprocessed > 0) process.exitCode = exitCodes.someRowsFailed;
    this.log(loadText(status, report));
    if (status.errors.length > 0) this.table(errorTable(status));
    if (status.files !== undefined) this.log(Object.values(status.files).join('\n'));
    return report;
  }

  #effort(): Effort {
    return { apiRequests: this.#countRequests(), elapsedMs: Date.now() - this.#startedMs };
  }
}

/** Failed rows by code and message, worst first, with one real row of each. */
function errorTable({ errors }: LoadStatus) {
  return {
    data: errors.map(({ code, message, count, sample }) => ({
      rows: count,
      code,
      message,
      example: sample.row === undefined ? (sample.id ?? '') : `${sample.file ?? ''} row ${sample.row}`,
    })),
    overflow: 'wrap' as const,
  };
}
