import { delimiterCharacters, type JobInfo } from '../api/types.js';
import type { ColumnTypes } from '../describe/column-types.js';
import type { Journal } from '../run/journal.js';
import type { ExportPart, ExportPlan } from '../run/export-plan.js';
import type { JournalRecord } from '../run/record.js';
import { RowCountError } from '../errors.js';
import { headerColumns } from '../csv/header.js';
import { PageRestartedError } from './pages/page-flow.js';
import type { Page } from './pages/pages.js';
import type { OpenSink, RecordSink, DonePage } from './sinks/sink.js';
import { join } from 'node:path';
import { fileSize } from '../files/file-facts.js';
import { partFileName } from '../output/dataset-manifest.js';
import { isResumable, type ResultFormat } from '../output/writer.js';
import { placeOf } from './sinks/place.js';

type ExportOutputSetup = {
  readonly plan: ExportPlan;
  readonly journal: Journal;
  readonly openSink: OpenSink;
  readonly done: OutputDone | undefined;
  /** Kinds of the result's columns; undefined where nobody asked for them. */
  readonly typesOf: (columns: readonly string[], object: string) => Promise<ColumnTypes | undefined>;
  readonly apiVersion: string;
};

/** The output of one export, and its account in the journal: pages of all its jobs, one after another. */
export class ExportOutput {
  rows: number;
  /** Of pages as they came, since this process has begun. */
  bytes = 0;
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

  /** Resumes what an earlier run has left, if anything. */
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
      ...(page.found === undefined ? {} : { found: page.found() }),
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

  /** How much of a part an earlier run has written. */
  doneOf({ part }: ExportPart): PartDone | undefined {
    return this.#setup.done?.parts.get(part);
  }

  /** @param jobs whose records are in it */
  async finish(jobs: readonly JobInfo[]): Promise<void> {
    await this.#accounted;
    await this.#sink?.finish({
      object: jobs[0]?.object ?? '',
      jobIds: jobs.map(({ id }) => id),
      apiVersion: this.#setup.apiVersion,
      pageRows: this.#pageRows,
    });
  }

  async abandon(): Promise<void> {
    await this.#accounted.catch(() => undefined);
    await this.#sink?.abandon();
  }

  async *#counted(rows: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    let bytes = 0;
    for await (const chunk of rows) {
      bytes += chunk.length;
      yield chunk;
    }
    this.bytes += bytes;
  }

  /** Rows go on to the output as they arrive, where they can be taken back. @returns the offset behind the page */
  async #write(page: Page, sink: RecordSink): Promise<number> {
    if (sink.rewind === undefined) await page.whole();
    for (;;) {
      try {
        return await sink.page(this.#counted(page.rows()));
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

/** What an earlier run has put into the partial output, and where each query job goes on. */
export type OutputDone = {
  readonly header: Buffer;
  readonly pages: readonly DonePage[];
  /** The query jobs that have given pages, by part. */
  readonly parts: ReadonlyMap<number, PartDone>;
};

type PartDone = {
  readonly rows: number;
  /** Of the next page; undefined when all are there. */
  readonly nextLocator: string | undefined;
};

/**
 * Reads from the journal how far the output has come. Undefined when it has to start over: a stream cannot be
 * resumed in the middle, nor can a Parquet file, nor a partial output that has been removed or cut.
 */
export async function outputDone(
  records: readonly JournalRecord[],
  plan: ExportPlan,
): Promise<OutputDone | undefined> {
  const done = replay(records);
  return done !== undefined && (await isThere(plan, done.pages)) ? done : undefined;
}

function replay(records: readonly JournalRecord[]): OutputDone | undefined {
  let pages: DonePage[] = [];
  let parts = new Map<number, PartDone>();
  let header = '';
  for (const record of records) {
    // An earlier attempt had to start over, or has left what does not add up.
    if (record.type === 'restart' || (record.type === 'page' && record.page === 0)) {
      pages = [];
      parts = new Map();
    }
    if (record.type !== 'page') continue;
    if (record.page === 0) header = record.header;
    const { part = 0, rows, offset, nextLocator } = record;
    pages.push({ rows, offset });
    parts.set(part, { rows: (parts.get(part)?.rows ?? 0) + rows, nextLocator });
  }
  return pages.length === 0 ? undefined : { header: Buffer.from(header), pages, parts };
}

async function isThere(plan: ExportPlan, pages: readonly DonePage[]): Promise<boolean> {
  const { format, gzip = false } = plan;
  const place = placeOf(plan);
  if (place?.kind === 'folder') {
    const sizes = pages.map((_, index) =>
      fileSize(join(place.partial, partFileName(index, format as ResultFormat, gzip))),
    );
    return (await Promise.all(sizes)).every((size, index) => size === pages[index]?.offset);
  }
  if (place?.kind !== 'file' || !isResumable(format as ResultFormat)) return false;
  return (await fileSize(place.partial)) >= (pages.at(-1)?.offset ?? 0);
}
