import { queryJobs, type QueryJobs } from '../api/query-jobs.js';
import type { OrgApi } from '../api/port.js';
import { restApi } from '../api/rest.js';
import { withRetry } from '../api/retry.js';
import { delimiterCharacters, type JobInfo } from '../api/types.js';
import type { Events } from '../events.js';
import { describeColumnTypes, type ColumnTypes } from '../formats/column-types.js';
import type { Journal } from '../journal/journal.js';
import type { ExportPlan } from '../journal/record.js';
import { jobIdsOf } from '../journal/store.js';
import { JobFailedError } from '../jobs/errors.js';
import { pollUntilEnded } from '../jobs/poll.js';
import { RowCountError } from '../row-count-error.js';
import { deadlineOf, type RunContext, type WaitFor } from '../run-context.js';
import type { ExportEvents } from './events.js';
import { headerColumns } from './header-columns.js';
import { pagesOf, type Page } from './pages.js';
import { pagesDone, type PagesDone } from './pages-done.js';
import type { OpenSink, RecordSink } from './sink.js';

export type ExportOptions = {
  readonly wait: WaitFor;
  readonly openSink: OpenSink;
  readonly events: Events<ExportEvents>;
};

/** How an export ended. `rows` is undefined when it was only submitted. */
export type ExportResult = {
  readonly runId: string;
  readonly job: JobInfo;
  readonly rows: number | undefined;
};

export type ExportRunSetup = {
  readonly runId: string;
  readonly plan: ExportPlan;
  /** Held by this process; what it replayed tells where the run stands. */
  readonly journal: Journal;
  readonly options: ExportOptions;
  readonly context: RunContext;
};

/** One export, from wherever its journal stands to a complete output: submit, wait, pages. */
export class ExportRun {
  readonly #setup: ExportRunSetup;
  readonly #api: OrgApi;
  readonly #jobs: QueryJobs;
  readonly #signal: AbortSignal;

  constructor(setup: ExportRunSetup) {
    const { context, journal, options } = setup;
    this.#setup = setup;
    this.#signal = AbortSignal.any([journal.lost, ...(context.signal === undefined ? [] : [context.signal])]);
    this.#api = withRetry(context.api, (notice) => options.events.emit('retry', notice), context.retryPolicy);
    this.#jobs = queryJobs(this.#api, this.#signal);
  }

  async run(): Promise<ExportResult> {
    const { runId, journal, options } = this.#setup;
    const jobId = await this.#submit();
    if (options.wait === 'accepted') return { runId, job: await this.#jobs.info(jobId), rows: undefined };
    const job = await this.#wait(jobId);
    const rows = await this.#download(job);
    await journal.append({ type: 'done', at: new Date().toISOString(), summary: { rows } });
    return { runId, job, rows };
  }

  async #submit(): Promise<string> {
    const { plan, journal, options } = this.#setup;
    const known = jobIdsOf(journal.replayed).at(-1);
    if (known !== undefined) {
      options.events.emit('jobCreated', { jobId: known });
      return known;
    }
    await journal.append({ type: 'create', part: 0 });
    const { id } = await this.#jobs.create({
      operation: plan.operation,
      query: plan.soql,
      columnDelimiter: plan.columnDelimiter,
      lineEnding: plan.lineEnding,
    });
    await journal.append({ type: 'created', part: 0, jobId: id });
    options.events.emit('jobCreated', { jobId: id });
    return id;
  }

  async #wait(jobId: string): Promise<JobInfo> {
    const { options } = this.#setup;
    const info = await pollUntilEnded({
      jobId,
      ask: () => this.#jobs.info(jobId),
      onInfo: (each) => options.events.emit('jobInfo', each),
      deadline: deadlineOf(options.wait),
      signal: this.#signal,
    });
    if (info.state !== 'JobComplete') throw new JobFailedError(info);
    return info;
  }

  /** @returns the number of records */
  async #download(job: JobInfo): Promise<number> {
    const { plan, journal, options } = this.#setup;
    const done = await pagesDone(journal.replayed, plan);
    let rows = done?.rows ?? 0;
    let sink = done === undefined ? undefined : await this.#open(job, done.header, done);
    try {
      if (done === undefined || done.nextLocator !== undefined) {
        for await (const page of this.#pages(job, done)) {
          sink ??= await this.#open(job, page.header, undefined);
          await this.#take(page, sink);
          rows += page.rows;
          options.events.emit('downloading', {
            records: rows,
            totalRecords: job.numberRecordsProcessed ?? rows,
          });
        }
      }
      requireAllRows(job, rows);
      await sink?.finish();
    } catch (error) {
      await sink?.abandon();
      throw error;
    }
    return rows;
  }

  async #open(job: JobInfo, header: Buffer, done: PagesDone | undefined): Promise<RecordSink> {
    const { plan, options } = this.#setup;
    const columns = headerColumns(header, delimiterCharacters[plan.columnDelimiter]);
    const types = await this.#typesOf(job, columns);
    const hasEarlierRows = (done?.rows ?? 0) > 0;
    return options.openSink({ plan, columns, types, offset: done?.offset ?? 0, hasEarlierRows });
  }

  /** CSV is bytes as the org sent them; the formats with types take them from the describe. */
  async #typesOf(job: JobInfo, columns: readonly string[]): Promise<ColumnTypes | undefined> {
    const { typed, format } = this.#setup.plan;
    if (!typed || format === 'csv' || format === 'human') return undefined;
    const rest = restApi(this.#api, this.#signal);
    return describeColumnTypes([...columns], (object) => rest.describe(object), job.object);
  }

  #pages(job: JobInfo, done: PagesDone | undefined): AsyncGenerator<Page> {
    const { runId, plan, context } = this.#setup;
    return pagesOf({
      jobs: this.#jobs,
      jobId: job.id,
      apiVersion: context.org.apiVersion,
      concurrency: plan.concurrency,
      spoolPrefix: context.store.pathFor(runId, 'page-'),
      signal: this.#signal,
      ...(done?.nextLocator === undefined ? {} : { from: { page: done.pages, locator: done.nextLocator } }),
    });
  }

  async #take({ index, nextLocator, rows, header, data }: Page, sink: RecordSink): Promise<void> {
    const offset = await sink.page(data);
    await this.#setup.journal.append({
      type: 'page',
      page: index,
      nextLocator,
      header: header.toString('utf8'),
      rows,
      offset,
    });
  }
}

function requireAllRows(job: JobInfo, rows: number): void {
  const expected = job.numberRecordsProcessed;
  if (expected === undefined || expected === rows) return;
  throw new RowCountError(
    `Job ${job.id} has ${expected} records, and its pages brought ${rows}. The output is not complete.`,
    { data: { jobId: job.id, expected, received: rows } },
  );
}
