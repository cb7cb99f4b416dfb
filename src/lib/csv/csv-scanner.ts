import { ByteHazards, hazardProblem, type Hazard } from './byte-hazards.js';
import { dropExtraCells, isCellEmpty, isRecordEmpty } from './cells.js';
import type { FileWindow } from './windows.js';
import { maxQuotedRecordBytes, serviceLimits } from './limits.js';
import type { LineEndingCounts } from './line-endings.js';
import { PartCutter, type CsvPart, type PartLimits, type RowSum } from './part-cutter.js';
import type { CsvProblem, ProblemList } from './problems.js';
import { readHeader, type CsvHead, type HeaderOptions, type HeaderReading } from './header.js';
import { endlessRecordProblem, partProblem, recordProblem, type RecordPlace } from './record-problems.js';
import type { CsvRecord, RecordTokenizer } from './record-tokenizer.js';
import { endsForCertain } from './unsound-record.js';

const CRLF_BYTES = 2;

/** Sees every sound record once, in order. `row` counts from 1; the record is valid during the call only. */
export type VisitRecord = (record: CsvRecord, row: number) => void;

type VisitScanned = (record: RecordTokenizer, row: number) => void;

export type ScannerOptions = HeaderOptions &
  PartLimits & {
    /** Asked once, when the header is known, for the visitor of the records. */
    readonly visit?: ((columns: readonly string[]) => VisitScanned | undefined) | undefined;
    /** Whether parts are cut and hashed. Default true. */
    readonly cutsParts?: boolean | undefined;
    /** Asked likewise for what sums up the rows of each part. */
    readonly sumRows?: ((columns: readonly string[]) => RowSum | undefined) | undefined;
    /** Cells beyond the header's that are empty are dropped. Default: a row that has some is refused. */
    readonly dropsExtraCells?: boolean | undefined;
    /** Records without a value in any cell have a number, and are no rows. Default: they are rows. */
    readonly skipsEmptyRows?: boolean | undefined;
    /** Tells more of the sound records that are as good as empty. Default: none is. */
    readonly isBlank?: ((record: CsvRecord) => boolean) | undefined;
    /** Told of a record that is not sound and certainly ends where it seems to; true takes it. Default: it is refused. */
    readonly takesUnsound?: ((problem: CsvProblem, record: RecordTokenizer) => boolean) | undefined;
    /** The encoding, other than UTF-8, that the text was in before; for messages. */
    readonly encoding?: string | undefined;
  };

export type ScannedRows = {
  readonly rows: number;
  readonly parts: readonly CsvPart[];
  readonly lineEndings: LineEndingCounts;
  /** Blank lines between rows. */
  readonly blankLines: number;
  /** Records without a value in any cell. */
  readonly emptyRows: number;
  /** Those of them that are no rows and have a row after them, so that they are among the bytes of the rows. */
  readonly gaps: number;
  /** Rows that had empty cells beyond the header's. */
  readonly longRows: number;
};

/** The part of a scan that works on bytes in memory: windows in, problems and parts out. */
export class CsvScanner {
  readonly #options: ScannerOptions;
  readonly #problems: ProblemList;
  readonly #hazards = new ByteHazards();
  readonly #cutter: PartCutter | undefined;
  /** A record of no more bytes than this has no need to be measured. */
  readonly #unremarkableBytes: number;
  readonly #isBlankRecord: ScannerOptions['isBlank'];
  #reading: HeaderReading | undefined;
  #visit: VisitScanned | undefined;
  /** The number of the last record, and how many of them are no rows. */
  #row = 0;
  #skippedRows = 0;
  #emptyRows = 0;
  #gaps = 0;
  #longRows = 0;
  /** Records that are no rows and count as gaps only when a row follows. */
  #pendingGaps = 0;
  #blankLines = 0;
  /** Blank lines that count only when another row follows. */
  #pendingBlankLines = 0;
  /** Whether there are pending gaps or blank lines. */
  #hasPending = false;
  /** Offset in the window up to which there are no hazards. */
  #soundTo = 0;
  #endsWithNewline = true;
  readonly #lineEndings = { lf: 0, crlf: 0, quotedLf: 0, quotedCrlf: 0 };

  constructor(options: ScannerOptions, problems: ProblemList) {
    this.#options = options;
    this.#problems = problems;
    this.#cutter = options.cutsParts === false ? undefined : new PartCutter(options);
    this.#isBlankRecord = options.isBlank;
    this.#unremarkableBytes = Math.min(serviceLimits.fieldCharacters, options.maxPartBytes - CRLF_BYTES);
  }

  /** Of the header; undefined before it is known. */
  get columns(): readonly string[] | undefined {
    return this.#reading?.head.columns;
  }

  /** Reads the whole records of a window and sets how far it got. @throws InputError when reading cannot go on */
  push(window: FileWindow): void {
    this.#beginWindow(window);
    const rowsStart = this.#reading === undefined ? this.#readHeader(window) : window.from;
    window.consumed = rowsStart === undefined ? window.from : this.#readRows(window, rowsStart);
  }

  /** Reads the header only; false when it takes more than this window. @throws InputError as {@link push} */
  pushHeader(window: FileWindow): boolean {
    this.#beginWindow(window);
    window.consumed = window.from;
    return this.#readHeader(window) !== undefined;
  }

  /** To be called after the last window. */
  finish(): ScannedRows & { readonly head: CsvHead } {
    if (this.#reading === undefined) throw new RangeError('The last window was not pushed.');
    return {
      head: this.#reading.head,
      rows: this.#row - this.#skippedRows,
      parts: this.#cutter?.finish(this.#endsWithNewline) ?? [],
      lineEndings: this.#lineEndings,
      blankLines: this.#blankLines,
      emptyRows: this.#emptyRows,
      gaps: this.#gaps,
      longRows: this.#longRows,
    };
  }

  #beginWindow(window: FileWindow): void {
    this.#hazards.beginWindow(window);
    this.#soundTo = this.#hazards.offset;
  }

  #readHeader(window: FileWindow): number | undefined {
    const reading = readHeader(window, this.#options, this.#problems);
    if (reading === undefined) return undefined;
    const { head, record, end } = reading;
    const hazard = this.#takeHazard(end);
    if (hazard !== undefined) this.#refuse(hazard, record, { columns: head.columns, row: 0, line: 1 });
    this.#reading = reading;
    this.#countLineEndings(record);
    this.#visit = this.#options.visit?.(head.columns);
    if (this.#cutter !== undefined) this.#cutter.sum = this.#options.sumRows?.(head.columns);
    return end;
  }

  #readRows(window: FileWindow, from: number): number {
    const record = this.#reading?.record;
    if (record === undefined) return from;
    const { bytes, to, base, isEnd } = window;
    const limit = { to, isEnd };
    this.#cutter?.beginWindow({ bytes, from, base });
    const width = this.#reading?.head.columns.length ?? 0;
    let at = from;
    while (at < to) {
      const next = record.next(bytes, at, limit);
      if (next === -1) break;
      if (this.#isPlain(record, next, width)) this.#addPlainRow(record, next);
      else if (record.isBlankLine) this.#addBlankLine(record);
      else if (isRecordEmpty(record) || this.#isBlank(record, next)) this.#addEmptyRow(record, next);
      else this.#addRow(record, next);
      at = next;
    }
    if (to - at > maxQuotedRecordBytes) this.#failEndlessRecord(record, window, at);
    this.#cutter?.endWindow(at);
    return at;
  }

  /** Whether there is nothing about a record that has to be looked at: of nearly every one, and at once. */
  #isPlain(record: RecordTokenizer, next: number, width: number): boolean {
    const bytes = record.end - record.start;
    return (
      record.count === width &&
      record.fault === undefined &&
      bytes <= this.#unremarkableBytes &&
      // Too long for cells of `""`, or with a value in the first one; a single byte may be the mark of an end of file.
      (bytes >= 3 * width || (bytes > 1 && !isCellEmpty(record, 0))) &&
      next <= this.#soundTo &&
      !this.#hasPending &&
      (this.#isBlankRecord === undefined || !this.#isBlankRecord(record))
    );
  }

  #addPlainRow(record: RecordTokenizer, next: number): void {
    this.#row++;
    this.#visit?.(record, this.#row);
    this.#addToPart(record, next);
  }

  #addRow(record: RecordTokenizer, next: number): void {
    const columns = this.#reading?.head.columns ?? [];
    const bytes = record.end - record.start;
    this.#row++;
    this.#blankLines += this.#pendingBlankLines;
    this.#pendingBlankLines = 0;
    this.#gaps += this.#pendingGaps;
    this.#pendingGaps = 0;
    this.#hasPending = false;
    const isSound =
      record.count === columns.length &&
      record.fault === undefined &&
      bytes <= this.#unremarkableBytes &&
      bytes > 1 &&
      next <= this.#soundTo;
    if (isSound || this.#isAcceptable(record, next)) this.#visit?.(record, this.#row);
    this.#addToPart(record, next);
  }

  #addToPart(record: RecordTokenizer, next: number): void {
    this.#countLineEndings(record);
    this.#endsWithNewline = record.terminatorBytes > 0;
    const cutter = this.#cutter;
    if (cutter === undefined) return;
    cutter.addRow(record.start, next);
    cutter.sum?.add(record);
  }

  /** What is wrong with a record is told, whatever it would send. */
  #isBlank(record: RecordTokenizer, next: number): boolean {
    const isBlank = this.#isBlankRecord;
    if (isBlank === undefined || !isBlank(record)) return false;
    return record.fault === undefined && next <= this.#soundTo;
  }

  #addEmptyRow(record: RecordTokenizer, next: number): void {
    this.#emptyRows++;
    if (this.#options.skipsEmptyRows !== true) {
      this.#addRow(record, next);
      return;
    }
    this.#row++;
    this.#skippedRows++;
    this.#pendingGaps++;
    this.#hasPending = true;
    this.#cutter?.addGap(record.start);
    this.#countLineEndings(record);
  }

  #isAcceptable(record: RecordTokenizer, next: number): boolean {
    const place = this.#place();
    if (this.#options.dropsExtraCells === true && dropExtraCells(record, place.columns.length))
      this.#longRows++;
    const hazard = this.#takeHazard(next);
    const { maxPartBytes, encoding } = this.#options;
    const problem =
      hazard === undefined
        ? (recordProblem(record, place) ?? partProblem(record, place, maxPartBytes))
        : hazardProblem(hazard, record, place, { isRefused: false, encoding });
    if (problem === undefined) return true;
    if (this.#takesUnsound(problem, record)) return false;
    if (hazard === undefined) this.#problems.add(problem);
    else this.#refuse(hazard, record, place);
    return false;
  }

  #takesUnsound(problem: CsvProblem, record: RecordTokenizer): boolean {
    const { takesUnsound } = this.#options;
    if (takesUnsound === undefined) return false;
    const { columns = [], dialect } = this.#reading?.head ?? {};
    const form = { width: columns.length, delimiter: dialect?.delimiter ?? ',' };
    return endsForCertain(record, problem.code, form) && takesUnsound(problem, record);
  }

  #takeHazard(end: number): Hazard | undefined {
    const hazard = this.#hazards.take(end);
    this.#soundTo = this.#hazards.offset;
    return hazard;
  }

  #refuse(hazard: Hazard, record: CsvRecord, place: RecordPlace): void {
    const { encoding } = this.#options;
    const problem = hazardProblem(hazard, record, place, { isRefused: true, encoding });
    if (hazard.kind === 'invalid-utf8') this.#problems.fail(problem);
    this.#problems.add(problem);
  }

  #addBlankLine(record: RecordTokenizer): void {
    this.#pendingBlankLines++;
    this.#hasPending = true;
    this.#cutter?.addGap(record.start);
    this.#countLineEndings(record);
  }

  #failEndlessRecord(record: RecordTokenizer, { bytes, to }: FileWindow, from: number): never {
    record.next(bytes, from, { to, isEnd: true });
    this.#row++;
    this.#problems.fail(endlessRecordProblem(record, this.#place()));
  }

  #countLineEndings(record: RecordTokenizer): void {
    const counts = this.#lineEndings;
    if (record.terminatorBytes === 1) counts.lf++;
    else if (record.terminatorBytes === 2) counts.crlf++;
    counts.quotedLf += record.quotedLf;
    counts.quotedCrlf += record.quotedCrlf;
  }

  #place(): RecordPlace {
    const { lf, crlf, quotedLf, quotedCrlf } = this.#lineEndings;
    const line = (this.#reading?.linesAbove ?? 0) + lf + crlf + quotedLf + quotedCrlf + 1;
    return { columns: this.#reading?.head.columns ?? [], row: this.#row, line };
  }
}
