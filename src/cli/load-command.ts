import { planLoad, type PlannedLoad } from '../lib/ingest/plan.js';
import { loadWithRetries } from '../lib/ingest/retry/load-with-retries.js';
import type { RunContext } from '../lib/run-context.js';
import { Bulk2Command } from './bulk2-command.js';
import { dryRunReport, type LoadReport } from './load-report.js';
import { loadRequest, type LoadFlags } from './load-request.js';
import { LoadSession } from './load-session.js';
import { dryRunText } from './load-text.js';
import { contextOf } from './org-context.js';

/** What the commands that load records share; they differ in their operation alone. */
export abstract class LoadCommand extends Bulk2Command<LoadReport> {
  readonly #session = new LoadSession(this);

  protected override progressSoFar(): LoadReport | undefined {
    return this.#session.figures();
  }

  protected override resumeFlags(): string | undefined {
    return this.#session.tracker.resumeFlags;
  }

  protected async load(flags: LoadFlags): Promise<LoadReport> {
    const request = await loadRequest(flags);
    const context = contextOf(flags['target-org'], flags['api-version'], this.stopSignal());
    this.#session.countRequestsOf(context.api);
    const { events } = this.#session.tracker;
    try {
      const planned = await planLoad(request, context, events);
      this.#session.quiet();
      for (const { message } of planned.warnings) this.warn(message);
      if (flags['dry-run']) return await this.#dryRun(planned, context);
      const options = { wait: request.wait, events, times: flags['retry-failed'] };
      return this.#session.finish(await loadWithRetries(planned, options, context));
    } finally {
      this.#session.quiet();
      await context.close();
    }
  }

  async #dryRun({ runId, plan }: PlannedLoad, context: RunContext): Promise<LoadReport> {
    await context.store.remove(runId);
    const report = await dryRunReport(plan, context, () => this.#session.effort);
    this.log(dryRunText(report));
    return report;
  }
}
