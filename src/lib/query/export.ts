import { queryJobs, type QueryJobs } from '../api/query-jobs.js';
import { withRetry } from '../api/retry.js';
import { delimiterCharacters, type JobInfo } from '../api/types.js';
import { parseHeader } from '../csv/header.js';
import type { Events } from '../events.js';
import { openJournal, type Journal } from '../journal/journal.js';
import { journalVersion, type ExportPlan, type JournalRecord } from '../journal/record.js';
import { jobIdsOf, type RunView } from '../journal/store.js';
import { JobFailedError } from '../jobs/errors.js';
import { pollUntilEnded } from '../jobs/poll.js';
import { RowCountError } from '../row-count-error.js';
import { deadlineOf, type RunContext, type WaitFor } from '../run-context.js';
import type { ExportEvents } from './events.js';
import { pagesOf, type Page } from './pages.js';
import type { RecordSink } from './sink.js';

/** How an export ended. `rows` is undefined when it was only submitted. */
export type ExportResult = {
  readonly runId: string;
  readonly job: JobInfo;
  readonly rows: number | undefined;
};

/** Opens the output; `offset` is where an interrupted export goes on. */
export type OpenSink = (plan: ExportPlan, job: JobInfo, offset: number) => Promise<RecordSink>;

export type ExportOptions = {
  readonly wait: WaitFor;
  readonly openSink: OpenSink;
  readonly events: Events<ExportEvents>;
};

/** Runs a query job from its start to a complete output: submit, wait, pages. */
export async function runExport(
  plan: ExportPlan,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  await context.store.prune();
  const { runId, journal } = await context.store.create();
  const at = new Date().toISOString();
  await journal.append({ type: 'export', version: journalVersion, at, org: context.org, plan });
  return finishing(journal, new ExportRun({ runId, plan, journal, options, context }).run());
}

/** Takes an interrupted export to its end. */
export async function resumeExport(
  view: RunView,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  const journal = await openJournal(view.path);
  const plan = planOf(journal.replayed);
  return finishing(journal, new ExportRun({ runId: view.runId, plan, journal, options, context }).run());
}

async function finishing<T>(journal: Journal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    await journal.close();
  }
}

function planOf(records: readonly JournalRecord[]): ExportPlan {
  const first = records[0];
  if (first?.type !== 'export') throw new TypeError('This run is not an export.');
  return first.plan;
}

type Setup = {
  readonly runId: string;
  readonly plan: ExportPlan;
  readonly journal: Journal;
  readonly options: ExportOptions;
  readonly context: RunContext;
};

class ExportRun {
  readonly #setup: Setup;
  readonly #jobs: QueryJobs;
  readonly #signal: AbortSignal;

  constructor(setup: Setup) {
    const { context, journal, options } = setup;
    this.#setup = setup;
    this.#signal = AbortSignal.any([journal.lost, ...(context.signal === undefined ? [] : [context.signal])]);
    const api = withRetry(context.api, (notice) => options.events.emit('retry', notice), context.retryPolicy);
    this.#jobs = queryJobs(api, this.#signal);
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
    if (known !== undefined) return known;
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
    const done = pagesDone(journal.replayed, plan.outputFile !== undefined);
    const sink = await options.openSink(plan, job, done?.offset ?? 0);
    let rows = done?.rows ?? 0;
    try {
      if (done === undefined || done.nextLocator !== undefined) {
        for await (const page of this.#pages(job, done)) {
          rows += await this.#take(page, sink);
          options.events.emit('downloading', {
            records: rows,
            totalRecords: job.numberRecordsProcessed ?? rows,
          });
        }
      }
      requireAllRows(job, rows);
      await sink.finish();
    } catch (error) {
      await sink.abandon();
      throw error;
    }
    return rows;
  }

  #pages(job: JobInfo, done: PagesDone | undefined): AsyncGenerator<Page> {
    const { runId, plan, context } = this.#setup;
    return pagesOf({
      jobs: this.#jobs,
      jobId: job.id,
      apiVersion: context.org.apiVersion,
      delimiter: delimiterCharacters[plan.columnDelimiter],
      concurrency: plan.concurrency,
      spoolPrefix: context.store.pathFor(runId, 'page-'),
      signal: this.#signal,
      ...(done?.nextLocator === undefined ? {} : { from: { page: done.pages, locator: done.nextLocator } }),
    });
  }

  async #take(page: Page, sink: RecordSink): Promise<number> {
    const { plan, journal } = this.#setup;
    if (page.index === 0) {
      await sink.begin(parseHeader(page.header, delimiterCharacters[plan.columnDelimiter]), page.header);
    }
    const offset = await sink.page(page.data);
    const { index, nextLocator, rows } = page;
    await journal.append({ type: 'page', page: index, nextLocator, rows, offset });
    return rows;
  }
}

type PagesDone = {
  readonly pages: number;
  readonly rows: number;
  readonly offset: number;
  readonly nextLocator?: string;
};

/** Only a file can be taken up in the middle; a stream starts over. */
function pagesDone(records: readonly JournalRecord[], hasFile: boolean): PagesDone | undefined {
  if (!hasFile) return undefined;
  let rows = 0;
  let done: PagesDone | undefined;
  for (const record of records) {
    if (record.type !== 'page') continue;
    rows = (record.page === 0 ? 0 : rows) + record.rows;
    done = { pages: record.page + 1, rows, offset: record.offset, nextLocator: record.nextLocator };
  }
  return done;
}

function requireAllRows(job: JobInfo, rows: number): void {
  const expected = job.numberRecordsProcessed;
  if (expected === undefined || expected === rows) return;
  throw new RowCountError(
    `Job ${job.id} has ${expected} records, and its pages brought ${rows}. The output is not complete.`,
    {
      actions: [`Try again: sf bulk2 job results --id ${job.id}`],
      data: { jobId: job.id, expected, received: rows },
    },
  );
}
