import { Messages, type Org } from '@salesforce/core';
import { Events } from '../lib/events.js';
import type { Table } from '../lib/formats/table.js';
import type { ExportEvents } from '../lib/query/events.js';
import { runExport } from '../lib/query/export.js';
import type { ExportResult } from '../lib/query/export-run.js';
import type { ExportRequest } from '../lib/query/request.js';
import type { OpenSink } from '../lib/query/sink.js';
import { openFileSink } from '../lib/query/sinks/file-sink.js';
import { openStreamSink, OutputClosedError } from '../lib/query/sinks/stream-sink.js';
import { openTableSink } from '../lib/query/sinks/table-sink.js';
import { Bulk2Command } from './bulk2-command.js';
import { JsonStream } from './json-stream.js';
import { contextOf } from './org-context.js';
import { ProgressLine } from './progress-line.js';
import { showQueryProgress } from './query-progress.js';
import type { QueryReport } from './query-report.js';
import { queryRequest, type QueryFlags } from './query-request.js';
import { abortOnSignal } from './signals.js';
import { formatCount, formatElapsed } from './units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

type OrgFlags = { readonly 'target-org': Org; readonly 'api-version'?: string };

/** What the commands that export records share. */
export abstract class QueryCommand extends Bulk2Command<QueryReport> {
  readonly #events = new Events<ExportEvents>();
  readonly #json = new JsonStream(process.stdout);
  readonly #startedMs = Date.now();
  #jobId: string | undefined;

  protected override resumableJobId(): string | undefined {
    return this.#jobId;
  }

  protected async export(flags: QueryFlags & OrgFlags): Promise<QueryReport> {
    const surroundings = { isTerminal: process.stdout.isTTY, isJson: this.jsonEnabled() };
    const request = await queryRequest(flags, surroundings);
    const context = contextOf(flags['target-org'], flags['api-version'], abortOnSignal());
    const line = new ProgressLine({ silent: this.jsonEnabled() });
    showQueryProgress(this.#events, line);
    this.#events.on('jobCreated', ({ jobId }) => {
      this.#jobId = jobId;
    });
    const { wait, ...plan } = request;
    try {
      const options = { wait, events: this.#events, openSink: this.#sinkFor(request, line) };
      const result = await runExport(plan, options, context);
      line.clear();
      return this.#report(result, request, context.api.requestCount);
    } catch (error) {
      if (!(error instanceof OutputClosedError)) throw error;
      return this.exit(0);
    } finally {
      line.clear();
      await context.close();
    }
  }

  /** With records in it the document was written as they came, and only its end is missing. */
  public override logJson(json: unknown): void {
    if (!this.#json.isOpen) {
      super.logJson(json);
      return;
    }
    const { result, warnings } = json as { result?: object; warnings?: unknown[] };
    this.#json.close(result ?? { error: json }, warnings ?? []);
  }

  #sinkFor({ format, outputFile }: ExportRequest, line: ProgressLine): OpenSink {
    return async (start) => {
      if (outputFile !== undefined) return openFileSink(start, outputFile);
      if (this.jsonEnabled()) return this.#json.open(start);
      if (format === 'human') {
        return openTableSink(start, (table) => {
          line.clear();
          this.#showTable(table);
        });
      }
      return openStreamSink(start, process.stdout);
    };
  }

  #showTable({ columns, rows, totalRows }: Table): void {
    this.table({
      data: rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? '']))),
      columns: columns.map((column) => ({ key: column, name: column })),
      overflow: 'wrap',
    });
    const total = `${formatCount(totalRows)} ${totalRows === 1 ? 'record' : 'records'}`;
    this.log(
      rows.length < totalRows
        ? messages.getMessage('query.shown', [formatCount(rows.length), total])
        : messages.getMessage('query.total', [total]),
    );
  }

  #report({ job, rows }: ExportResult, request: ExportRequest, apiRequests: number): QueryReport {
    const elapsedMs = Date.now() - this.#startedMs;
    if (rows === undefined) this.log(messages.getMessage('query.accepted', [job.id, job.id]));
    else if (request.outputFile !== undefined) {
      const records = `${formatCount(rows)} ${rows === 1 ? 'record' : 'records'}`;
      this.log(messages.getMessage('query.done', [records, request.outputFile, formatElapsed(elapsedMs)]));
    }
    return {
      jobId: job.id,
      totalSize: rows ?? null,
      filePath: request.outputFile ?? null,
      format: request.format,
      apiRequests,
      elapsedMs,
    };
  }
}
