import type { LineEnding } from '../api/types.js';
import { dropExtraCells, recordTexts } from './cells.js';
import { assertDelimiter } from './delimiters.js';
import type { Dialect } from './dialect.js';
import { type FileWindow, streamWindows } from './windows.js';
import { maxQuotedRecordBytes } from './limits.js';
import { ProblemList, type CsvProblem } from './problems.js';
import { endlessRecordProblem, recordProblem, type RecordPlace } from './record-problems.js';
import { RecordTokenizer } from './record-tokenizer.js';
import type { CellSource } from './cell-source.js';
import { RecordWriter } from './record-writer.js';

/** A column of the output: its name, and where its values come from. */
export type RewriteColumn = { readonly name: string } & CellSource;

export type RewriteOptions = {
  /** How the input is written, as found by `scanCsv` or `detectDialect`. The bytes have to be UTF-8. */
  readonly from: Pick<Dialect, 'delimiter' | 'headerStart'>;
  readonly to: { readonly delimiter: string; readonly lineEnding: LineEnding };
  /**
   * The columns of the output, in its order: each from a column of the input by its index, or one value for all rows.
   * Default: all columns, under their own names.
   */
  readonly columns?: readonly RewriteColumn[] | undefined;
  /** Writes `#N/A`, which the service takes for null, where a cell is empty. Default false. */
  readonly emptyAsNull?: boolean | undefined;
  /**
   * Writes line endings inside quoted values as `to.lineEnding` too. That changes values; it is needed where
   * `chooseLineEnding` says `hasForeignInQuotes`. Default false.
   */
  readonly rewriteQuotedLineEndings?: boolean | undefined;
  /** Whether a record is written; it is valid during the call only, and `row` counts from 1. Default: all are. */
  readonly keeps?: ((record: RecordTokenizer, row: number) => boolean) | undefined;
  /** As in `scanCsv`; `columns` has to be given with it. Default false. */
  readonly dropsExtraCells?: boolean | undefined;
  /** What error messages call the input. */
  readonly name?: string | undefined;
};

/**
 * Writes a stream of CSV as CSV of another dialect, by its bytes and without making objects of rows. Quoted cells
 * stay quoted, others get quotes where the new delimiter is in them; blank lines are left out; every record ends in
 * the new line ending, the last one too. Rows keep their order.
 *
 * @throws InputError for a record that is not sound CSV, before anything of it is written
 */
export async function* rewriteCsv(
  input: AsyncIterable<Uint8Array>,
  options: RewriteOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const rewriter = new CsvRewriter(options);
  for await (const window of streamWindows(input)) {
    rewriter.push(window);
    yield* rewriter.take(window.isEnd);
  }
}

/** The part of {@link rewriteCsv} that works on bytes in memory. */
class CsvRewriter {
  readonly #options: RewriteOptions;
  readonly #tokenizer: RecordTokenizer;
  readonly #writer: RecordWriter;
  #columns: readonly string[] | undefined;
  #rows = 0;
  #lines = 0;

  constructor(options: RewriteOptions) {
    const { from, to, columns, emptyAsNull = false, rewriteQuotedLineEndings = false } = options;
    assertDelimiter(to.delimiter);
    this.#options = options;
    this.#tokenizer = new RecordTokenizer(from.delimiter);
    const fromDelimiter = from.delimiter;
    this.#writer = new RecordWriter({
      ...to,
      fromDelimiter,
      sources: columns,
      emptyAsNull,
      rewriteQuotedLineEndings,
    });
  }

  push(window: FileWindow): void {
    const { bytes, from, to, base, isEnd } = window;
    const tokenizer = this.#tokenizer;
    const limit = { to, isEnd };
    let at = Math.min(to, Math.max(from, this.#options.from.headerStart - base));
    while (at < to) {
      const next = tokenizer.next(bytes, at, limit);
      if (next === -1) break;
      if (!tokenizer.isBlankLine) this.#addRecord(tokenizer);
      this.#lines += 1 + tokenizer.quotedLf + tokenizer.quotedCrlf;
      at = next;
    }
    if (to - at > maxQuotedRecordBytes) this.#failEndlessRecord(window, at);
    window.consumed = at;
  }

  take(isEnd: boolean): Buffer[] {
    return this.#writer.take(isEnd);
  }

  #addRecord(record: RecordTokenizer): void {
    if (this.#columns === undefined) {
      this.#addHeader(record);
      return;
    }
    this.#rows++;
    if (this.#options.keeps?.(record, this.#rows) === false) return;
    if (this.#options.dropsExtraCells === true) dropExtraCells(record, this.#columns.length);
    if (record.fault !== undefined || record.count !== this.#columns.length) {
      this.#fail(recordProblem(record, this.#place()));
    }
    this.#writer.write(record);
  }

  #addHeader(record: RecordTokenizer): void {
    if (record.fault !== undefined) this.#fail(recordProblem(record, this.#place()));
    this.#columns = recordTexts(record);
    const names = this.#options.columns?.map(({ name }) => name);
    this.#writer.writeLine(names ?? this.#columns);
  }

  #failEndlessRecord({ bytes, to }: FileWindow, from: number): never {
    this.#tokenizer.next(bytes, from, { to, isEnd: true });
    this.#rows++;
    this.#fail(endlessRecordProblem(this.#tokenizer, this.#place()));
  }

  #fail(problem: CsvProblem | undefined): never {
    const problems = new ProblemList(this.#options.name ?? 'input', 2);
    return problems.fail(problem ?? { code: 'NOT_CSV', message: 'The record cannot be read.' });
  }

  #place(): RecordPlace {
    return { columns: this.#columns ?? [], row: this.#rows, line: this.#lines + 1 };
  }
}
