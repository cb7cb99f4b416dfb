import { QUOTE } from './bytes.js';
import type { LineEnding } from '../api/types.js';
import { cellText, contentEnd, contentStart, encodeCell } from './cells.js';
import {
  mostFrequent,
  stepsOf,
  type CellSource,
  type ConvertBytes,
  type ConvertTarget,
  type Step,
} from './cell-source.js';
import type { RecordTokenizer } from './record-tokenizer.js';

// Declared here and not shared: V8 loads an imported constant anew for every byte, which costs a third of the speed.
const LF = 0x0a;
const CR = 0x0d;

const chunkBytes = 256 * 1024;
const longRun = 48;

/** How much longer a conversion may make a value, in bytes. */
const mostAddedBytes = 32;

export type RecordWriterOptions = {
  readonly fromDelimiter: string;
  readonly delimiter: string;
  readonly lineEnding: LineEnding;
  /** Where the cells come from, in the order of writing; undefined for those of the record as they are. */
  readonly sources: readonly CellSource[] | undefined;
  readonly emptyAsNull: boolean;
  readonly rewriteQuotedLineEndings: boolean;
};

/** Writes records into chunks of bytes, cell by cell only where it has to. */
export class RecordWriter {
  readonly #options: RecordWriterOptions;
  readonly #delimiter: number;
  readonly #terminator: Buffer;
  /** What is written for an empty cell; `#empties` has it for those cells of the output that differ. */
  readonly #empty: Buffer;
  readonly #empties: ReadonlyMap<number, Buffer>;
  /** The conversions of the cells of the output that have one. */
  readonly #conversions: ReadonlyArray<Conversions | undefined>;
  /** What is written of a record, one behind the other: runs of its cells as they are, and single cells. */
  readonly #steps: readonly Step[] | undefined;
  readonly #target: ConvertTarget = { bytes: new Uint8Array(0), length: 0 };
  readonly #copiesRecords: boolean;
  /** For each cell of the output, the index of its column, or its bytes. */
  readonly #cells: ReadonlyArray<number | Buffer> | undefined;
  /** How often the bytes of a record are written at most, and how many are written beside them. */
  readonly #timesWritten: number;
  readonly #addedBytes: number;
  #chunk: Buffer = Buffer.allocUnsafeSlow(chunkBytes);
  #length = 0;
  #full: Buffer[] = [];
  readonly #spare: Buffer[] = [];

  constructor(options: RecordWriterOptions) {
    const { fromDelimiter, delimiter, lineEnding, sources, emptyAsNull } = options;
    this.#options = options;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#terminator = Buffer.from(lineEnding === 'CRLF' ? '\r\n' : '\n');
    // A lone empty cell would make a blank line, and the row would be gone.
    const empty = Buffer.from(sources?.length === 1 ? '""' : '');
    this.#empty = emptyAsNull ? Buffer.from(encodeCell('#N/A', delimiter)) : empty;
    const keepers = (sources ?? []).flatMap((source, nth) =>
      'index' in source && source.keepsEmpty === true ? [nth] : [],
    );
    this.#empties = new Map(keepers.map((nth) => [nth, empty]));
    this.#conversions = (sources ?? []).map((source) =>
      'index' in source && source.convert !== undefined ? source : undefined,
    );
    const areCellsKept = fromDelimiter === delimiter && !emptyAsNull;
    this.#steps = areCellsKept && sources !== undefined && sources.length > 1 ? stepsOf(sources) : undefined;
    this.#copiesRecords = fromDelimiter === delimiter && sources === undefined && !emptyAsNull;
    this.#cells = sources?.map((source) =>
      'index' in source ? source.index : Buffer.from(encodeCell(source.constant, delimiter)),
    );
    this.#timesWritten = mostFrequent(this.#cells ?? []);
    this.#addedBytes = (this.#cells ?? []).reduce<number>(
      (sum, cell) => sum + (typeof cell === 'number' ? 0 : cell.length + 1),
      mostAddedBytes * this.#conversions.filter((each) => each !== undefined).length,
    );
  }

  /** Where it writes at present, and how far that is full. */
  get chunk(): Buffer {
    return this.#chunk;
  }

  get length(): number {
    return this.#length;
  }

  write(record: RecordTokenizer): void {
    const { bytes, start, end, count, quotedLf } = record;
    // Room for a delimiter and either quotes or `#N/A` in each cell, for a CR before each quoted LF, and for the end.
    const cells = this.#cells?.length ?? count;
    this.#reserve((end - start + quotedLf) * this.#timesWritten + 8 * cells + this.#addedBytes + 2);
    if (this.#copiesRecords && !this.#hasForeignInQuotes(record)) {
      this.#length += bytes.copy(this.#chunk, this.#length, start, end);
    } else this.#writeCells(record);
    this.#length += this.#terminator.copy(this.#chunk, this.#length);
  }

  writeLine(cells: readonly string[]): void {
    this.#writeText(cells);
    this.#length += this.#terminator.copy(this.#chunk, this.#length);
  }

  /** Cells that stand before those of the record that is written next. */
  writeLead(cells: readonly string[]): void {
    this.#writeText(cells);
    this.#chunk[this.#length++] = this.#delimiter;
  }

  #writeText(cells: readonly string[]): void {
    const { delimiter } = this.#options;
    const text = Buffer.from(cells.map((cell) => encodeCell(cell, delimiter)).join(delimiter));
    this.#reserve(text.length + 2);
    this.#length += text.copy(this.#chunk, this.#length);
  }

  /** Hands out the chunks that are full; with `isEnd` the begun one too. */
  take(isEnd: boolean): Buffer[] {
    if (isEnd) this.#startChunk(0);
    const chunks = this.#full;
    this.#full = [];
    return chunks;
  }

  /** Takes back chunks that are done with, to write into them again. */
  reuse(chunks: readonly Buffer[]): void {
    for (const { buffer } of chunks)
      if (buffer.byteLength === chunkBytes) this.#spare.push(Buffer.from(buffer));
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes > this.#chunk.length) this.#startChunk(bytes);
  }

  #startChunk(leastBytes: number): void {
    if (this.#length > 0) this.#full.push(this.#chunk.subarray(0, this.#length));
    const spare = leastBytes > chunkBytes ? undefined : this.#spare.pop();
    this.#chunk = spare ?? Buffer.allocUnsafeSlow(Math.max(chunkBytes, leastBytes));
    this.#length = 0;
  }

  #hasForeignInQuotes({ quotedLf, quotedCrlf }: RecordTokenizer): boolean {
    const { lineEnding, rewriteQuotedLineEndings } = this.#options;
    return rewriteQuotedLineEndings && (lineEnding === 'LF' ? quotedCrlf : quotedLf) > 0;
  }

  #writeCells(record: RecordTokenizer): void {
    const cells = this.#cells;
    const hasForeign = this.#hasForeignInQuotes(record);
    if (this.#steps !== undefined && !hasForeign) {
      this.#writeSteps(record, this.#steps);
      return;
    }
    const count = cells?.length ?? record.count;
    for (let nth = 0; nth < count; nth++) {
      if (nth > 0) this.#chunk[this.#length++] = this.#delimiter;
      const cell = cells === undefined ? nth : (cells[nth] ?? 0);
      if (typeof cell === 'number') this.#writeCell(record, nth, hasForeign);
      else this.#length += cell.copy(this.#chunk, this.#length);
    }
  }

  #writeSteps(record: RecordTokenizer, steps: readonly Step[]): void {
    const { bytes, starts, ends } = record;
    for (let at = 0; at < steps.length; at++) {
      if (at > 0) this.#chunk[this.#length++] = this.#delimiter;
      const { first, last, nth, kind } = steps[at] as Step;
      if (kind === 'run') this.#length = this.#copyRun(bytes, starts[first] ?? 0, ends[last] ?? 0);
      else if (kind === 'cell') this.#writeCell(record, nth, false);
      else this.#length += (this.#cells?.[nth] as Buffer).copy(this.#chunk, this.#length);
    }
  }

  /** A call to copy bytes takes as long as some of them, one by one. */
  #copyRun(bytes: Buffer, start: number, end: number): number {
    if (end - start < longRun) return this.#copy(bytes, start, end);
    return this.#length + bytes.copy(this.#chunk, this.#length, start, end);
  }

  #writeCell(record: RecordTokenizer, nth: number, hasForeign: boolean): void {
    const { bytes, starts, ends } = record;
    const index = (this.#cells?.[nth] ?? nth) as number;
    const start = starts[index] ?? 0;
    const end = ends[index] ?? 0;
    const isQuoted = start < end && bytes[start] === QUOTE;
    if (start === end || (this.#options.emptyAsNull && isQuoted && end - start === 2)) {
      this.#length += (this.#empties.get(nth) ?? this.#empty).copy(this.#chunk, this.#length);
    } else if (this.#writeConverted(record, index, nth)) return;
    else if (!isQuoted) this.#length = this.#writePlain(bytes, start, end);
    else if (hasForeign) this.#length = this.#writeQuoted(bytes, start, end);
    else this.#length = this.#copy(bytes, start, end);
  }

  /** @returns false when the cell is to be written as it is */
  #writeConverted(record: RecordTokenizer, index: number, nth: number): boolean {
    const conversions = this.#conversions[nth];
    if (conversions === undefined) return false;
    const { convert, convertBytes } = conversions;
    const isDone = convertBytes !== undefined && this.#convertBytes(record, index, convertBytes);
    if (isDone !== false) return isDone === 'changed';
    const text = cellText(record, index);
    const converted = text === '' ? undefined : convert?.(text);
    if (converted === undefined || converted === text) return false;
    this.#length += this.#chunk.write(encodeCell(converted, this.#options.delimiter), this.#length);
    return true;
  }

  /** @returns false where bytes alone don't tell */
  #convertBytes(record: RecordTokenizer, index: number, convert: ConvertBytes): 'changed' | 'same' | false {
    const { bytes } = record;
    const start = contentStart(record, index);
    const end = contentEnd(record, index);
    const target = this.#target;
    target.bytes = this.#chunk;
    target.length = this.#length;
    if (start >= end || !convert(bytes, start, end, target)) return false;
    const length = target.length - this.#length;
    let same = length === end - start ? 0 : -1;
    while (same >= 0 && same < length && this.#chunk[this.#length + same] === bytes[start + same]) same++;
    if (same === length) return 'same';
    this.#length = target.length;
    return 'changed';
  }

  /** The writers of cells return where the next byte goes. */
  #writePlain(bytes: Buffer, start: number, end: number): number {
    const chunk = this.#chunk;
    const delimiter = this.#delimiter;
    let to = this.#length;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === delimiter) return this.#quote(bytes, start, end);
      chunk[to++] = byte;
    }
    return to;
  }

  #copy(bytes: Buffer, start: number, end: number): number {
    const chunk = this.#chunk;
    let to = this.#length;
    for (let at = start; at < end; at++) chunk[to++] = bytes[at] ?? 0;
    return to;
  }

  #quote(bytes: Buffer, start: number, end: number): number {
    let to = this.#length;
    this.#chunk[to++] = QUOTE;
    to += bytes.copy(this.#chunk, to, start, end);
    this.#chunk[to++] = QUOTE;
    return to;
  }

  /** Copies a quoted cell with every line ending in it made the record's own; a lone CR is neither and stays. */
  #writeQuoted(bytes: Buffer, start: number, end: number): number {
    const chunk = this.#chunk;
    const isCrlf = this.#options.lineEnding === 'CRLF';
    let to = this.#length;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === LF && isCrlf && bytes[at - 1] !== CR) chunk[to++] = CR;
      // Of several CRs before an LF none may stay: it would make a CRLF again.
      if (byte === LF && !isCrlf) while (chunk[to - 1] === CR) to--;
      chunk[to++] = byte;
    }
    return to;
  }
}

type Conversions = Pick<Extract<CellSource, { index: number }>, 'convert' | 'convertBytes'>;
