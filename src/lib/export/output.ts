import { delimiterCharacters, type JobInfo } from '../api/types.js';
import type { ColumnTypes } from '../describe/column-types.js';
import type { Journal } from '../run/journal.js';
import type { ExportPart, ExportPlan } from '../run/export-plan.js';
import type { JournalRecord } from '../run/record.js';
import { RowCountError } from '../errors.js';
import { headerColumns } from '../csv/header.js';
import type { OutputDone } from './output-done.js';
import { PageRestartedError } from './pages/page-flow.js';
import type { Page } from './pages/pages.js';
import type { ExportFacts, OpenSink, RecordSink } from './sinks/sink.js';

export type ExportOutputSetup = {
  readonly plan: ExportPlan;
  readonly journal: Journal;
  readonly openSink: OpenSink;
  readonly done: OutputDone | undefined;
  /** Kinds of the result's columns; undefined where nobody asked for them. */
  readonly typesOf: (columns: readonly string[], object: string) => Promise<ColumnTypes | undefined>;
};

/** The output of one export, and its account in the journal: pages of all its jobs, one after another. */
export class ExportOutput {
  rows: number;
  readonly #pageRows: number[];
  readonly #setup: ExportOutputSetup;
  #header: Buffer | undefined;
  #sink: RecordSink | undefined;
  /** Pages that are in the output, and not in the journal yet. */
  #toAccount: JournalRecord[] = [];
  #isAccounting = false;
  #accounted: Promise<void> = Promise.resolve();

  constructor(setup: ExportOutputSetup) {
    this.#setup = setup;
    this.#pageRows = (setup.done?.pages ?? []).map(({ rows }) => rows);
    this.rows = this.#pageRows.reduce((sum, rows) => sum + rows, 0);
  }

  /** Takes up what an earlier run has left, if anything. */
  async resume(job: JobInfo): Promise<void> {
    const { done } = this.#setup;
    if (done !== undefined && this.#sink === undefined) await this.#open(done.header, job);
  }

  /**
   * Takes a page. The journal has it a little later: while its bytes go to disk, the next pages are written.
   * @returns how many records it has
   */
  async take(page: Page, { part }: ExportPart, job: JobInfo): Promise<number> {
    const sink = this.#sink ?? (await this.#open(page.header, job));
    this.#requireSameColumns(page, job);
    const offset = await this.#write(page, sink);
    const { rowCount, nextLocator } = await page.whole();
    const record: JournalRecord = {
      type: 'page',
      ...(part === 0 ? {} : { part }),
      page: this.#pageRows.length,
      nextLocator,
      header: page.header.toString('utf8'),
      rows: rowCount,
      offset,
    };
    this.#toAccount.push(record);
    if (!this.#isAccounting) {
      await this.#accounted;
      this.#accounted = this.#account(sink);
      // Whoever waits for it next hears of a failure.
      this.#accounted.catch(() => undefined);
    }
    this.#pageRows.push(rowCount);
    this.rows += rowCount;
    return rowCount;
  }

  async finish(facts: Omit<ExportFacts, 'pageRows'>): Promise<void> {
    await this.#accounted;
    await this.#sink?.finish({ ...facts, pageRows: this.#pageRows });
  }

  async abandon(): Promise<void> {
    await this.#accounted.catch(() => undefined);
    await this.#sink?.abandon();
  }

  /** Rows go on to the output as they arrive, where they can be taken back. @returns the offset behind the page */
  async #write(page: Page, sink: RecordSink): Promise<number> {
    if (sink.rewind === undefined) await page.whole();
    for (;;) {
      try {
        return await sink.page(page.rows());
      } catch (error) {
        if (!(error instanceof PageRestartedError)) throw error;
        await sink.rewind?.(this.rows > 0);
      }
    }
  }

  /** Until all pages are in the journal, those included that come meanwhile. */
  async #account(sink: RecordSink): Promise<void> {
    this.#isAccounting = true;
    try {
      while (this.#toAccount.length > 0) {
        const records = this.#toAccount;
        this.#toAccount = [];
        await sink.sync?.();
        for (const record of records) await this.#setup.journal.append(record);
      }
    } finally {
      this.#isAccounting = false;
    }
  }

  async #open(header: Buffer, job: JobInfo): Promise<RecordSink> {
    const { plan, openSink, typesOf, done } = this.#setup;
    const columns = headerColumns(header, delimiterCharacters[plan.columnDelimiter]);
    this.#header = header;
    this.#sink = await openSink({
      plan,
      columns,
      types: await typesOf(columns, job.object),
      offset: done?.pages.at(-1)?.offset ?? 0,
      hasEarlierRows: this.rows > 0,
      donePages: done?.pages ?? [],
    });
    return this.#sink;
  }

  #requireSameColumns({ header }: Page, { id }: JobInfo): void {
    if (this.#header?.equals(header) !== false) return;
    throw new RowCountError(
      `A page of job ${id} has other columns than the first one: ${header.toString('utf8')}`,
      {
        data: { jobId: id },
      },
    );
  }
}
