import { resolve } from 'node:path';
import { Messages, type Org } from '@salesforce/core';
import type { ColumnDelimiter, IngestOperation, LineEnding } from '../lib/api/types.js';
import { startLoad } from '../lib/ingest/load.js';
import { planLoad } from '../lib/ingest/plan.js';
import { mostJobBytes, type LoadRequest } from '../lib/ingest/request.js';
import type { LoadStatus } from '../lib/ingest/result.js';
import { Bulk2Command } from './bulk2-command.js';
import { exitCodes } from './exit-codes.js';
import { showLoadProgress } from './load-progress.js';
import { loadReport, type Effort, type LoadReport } from './load-report.js';
import { LoadTracker } from './load-tracker.js';
import { contextOf } from './org-context.js';
import { ProgressLine } from './progress-line.js';
import { abortOnSignal } from './signals.js';
import { formatCount, formatElapsed, formatRows } from './units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

/** Flags of a load, parsed. */
export type LoadFlags = {
  readonly 'target-org': Org;
  readonly 'api-version'?: string;
  readonly file: string;
  readonly sobject: string;
  readonly wait?: number;
  readonly async?: boolean;
  readonly 'column-delimiter'?: ColumnDelimiter;
  readonly 'line-ending'?: LineEnding;
  readonly concurrency: number;
  readonly 'results-dir': string;
  readonly operation: IngestOperation;
  readonly externalId?: string;
};

/** What the commands that load records share; they differ in their operation alone. */
export abstract class LoadCommand extends Bulk2Command<LoadReport> {
  readonly #tracker = new LoadTracker();
  readonly #startedMs = Date.now();
  #effort: () => Effort = () => ({ apiRequests: 0, elapsedMs: Date.now() - this.#startedMs });

  protected override progressSoFar(): LoadReport | undefined {
    const status = this.#tracker.status();
    return status === undefined ? undefined : loadReport(status, this.#effort());
  }

  protected override resumableJobId(): string | undefined {
    return this.#tracker.firstJobId;
  }

  protected async load(flags: LoadFlags): Promise<LoadReport> {
    const context = contextOf(flags['target-org'], flags['api-version'], abortOnSignal());
    this.#effort = () => ({
      apiRequests: context.api.requestCount,
      elapsedMs: Date.now() - this.#startedMs,
    });
    const line = new ProgressLine({ silent: this.jsonEnabled() });
    const { events } = this.#tracker;
    showLoadProgress(events, line);
    const request = requestOf(flags);
    try {
      const plan = await planLoad(request, context, events);
      const status = await startLoad(plan, { wait: request.wait, events }, context);
      line.clear();
      return this.#finish(status);
    } finally {
      line.clear();
      await context.close();
    }
  }

  #finish(status: LoadStatus): LoadReport {
    const report = loadReport(status, this.#effort());
    if (status.failed > 0 || (status.files !== undefined && status.unprocessed > 0)) {
      process.exitCode = exitCodes.someRowsFailed;
    }
    this.#tell(status, report);
    return report;
  }

  #tell(status: LoadStatus, report: LoadReport): void {
    const { plan, files } = status;
    if (report.jobId === null) {
      this.log(messages.getMessage('load.nothing', [plan.sources.map(({ name }) => name).join(', ')]));
      return;
    }
    if (files === undefined) {
      this.log(
        messages.getMessage('load.accepted', [formatRows(plan.rows), status.jobIds.join(', '), report.jobId]),
      );
      return;
    }
    this.log(
      messages.getMessage('load.done', [
        `${plan.operation} ${plan.object}`,
        formatRows(status.successful),
        formatCount(status.failed),
        formatCount(status.unprocessed),
        formatElapsed(report.elapsedMs),
      ]),
    );
    this.#tellErrors(status);
    this.log(Object.values(files).join('\n'));
  }

  #tellErrors({ errors }: LoadStatus): void {
    if (errors.length === 0) return;
    this.table({
      data: errors.map(({ code, message, count, sample }) => ({
        rows: formatCount(count),
        code,
        message,
        example: sample.row === undefined ? (sample.id ?? '') : `${sample.file ?? ''} row ${sample.row}`,
      })),
      columns: ['rows', 'code', 'message', 'example'],
      overflow: 'wrap',
    });
  }
}

function requestOf(flags: LoadFlags): LoadRequest {
  return {
    operation: flags.operation,
    object: flags.sobject,
    externalId: flags.externalId,
    files: [{ path: resolve(flags.file), name: flags.file }],
    columnDelimiter: flags['column-delimiter'],
    lineEnding: flags['line-ending'],
    maxJobBytes: mostJobBytes,
    maxRowsPerJob: Number.POSITIVE_INFINITY,
    concurrency: flags.concurrency,
    resultsDir: resolve(flags['results-dir']),
    preflight: true,
    wait:
      flags.async === true
        ? 'accepted'
        : flags.wait === undefined
          ? 'end'
          : { timeoutMs: flags.wait * 60_000 },
  };
}
