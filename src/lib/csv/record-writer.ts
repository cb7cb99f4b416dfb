import { QUOTE } from './bytes.js';
import type { LineEnding } from '../api/types.js';
import { cellText, encodeCell } from './cells.js';
import type { RecordTokenizer } from './record-tokenizer.js';

// Declared here and not shared: V8 loads an imported constant anew for every byte, which costs a third of the speed.
const LF = 0x0a;
const CR = 0x0d;

const chunkBytes = 256 * 1024;

/** A cell is copied from a column by its index, or is one value for all records. */
export type CellSource =
  | {
      readonly index: number;
      /** Its empty cells stay empty, whatever becomes of others. */
      readonly keepsEmpty?: boolean;
      /** Gives what is written for a value; undefined, for as it is. At most `mostAddedBytes` longer. Not asked of empty cells. */
      readonly convert?: (text: string) => string | undefined;
    }
  | { readonly constant: string };

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
  readonly #conversions: ReadonlyMap<number, NonNullable<Extract<CellSource, { index: number }>['convert']>>;
  readonly #copiesRecords: boolean;
  /** For each cell of the output, the index of its column, or its bytes. */
  readonly #cells: ReadonlyArray<number | Buffer> | undefined;
  /** How often the bytes of a record are written at most, and how many are written beside them. */
  readonly #timesWritten: number;
  readonly #addedBytes: number;
  #chunk = Buffer.allocUnsafeSlow(chunkBytes);
  #length = 0;
  #full: Buffer[] = [];

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
    this.#conversions = new Map(
      (sources ?? []).flatMap((source, nth) =>
        'index' in source && source.convert !== undefined ? [[nth, source.convert] as const] : [],
      ),
    );
    this.#copiesRecords = fromDelimiter === delimiter && sources === undefined && !emptyAsNull;
    this.#cells = sources?.map((source) =>
      'index' in source ? source.index : Buffer.from(encodeCell(source.constant, delimiter)),
    );
    this.#timesWritten = mostFrequent(this.#cells ?? []);
    this.#addedBytes = (this.#cells ?? []).reduce<number>(
      (sum, cell) => sum + (typeof cell === 'number' ? 0 : cell.length + 1),
      mostAddedBytes * this.#conversions.size,
    );
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

  #reserve(bytes: number): void {
    if (this.#length + bytes > this.#chunk.length) this.#startChunk(bytes);
  }

  #startChunk(leastBytes: number): void {
    if (this.#length > 0) this.#full.push(this.#chunk.subarray(0, this.#length));
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, leastBytes));
    this.#length = 0;
  }

  #hasForeignInQuotes({ quotedLf, quotedCrlf }: RecordTokenizer): boolean {
    const { lineEnding, rewriteQuotedLineEndings } = this.#options;
    return rewriteQuotedLineEndings && (lineEnding === 'LF' ? quotedCrlf : quotedLf) > 0;
  }

  #writeCells(record: RecordTokenizer): void {
    const cells = this.#cells;
    const hasForeign = this.#hasForeignInQuotes(record);
    const count = cells?.length ?? record.count;
    for (let nth = 0; nth < count; nth++) {
      if (nth > 0) this.#chunk[this.#length++] = this.#delimiter;
      const cell = cells === undefined ? nth : (cells[nth] ?? 0);
      if (typeof cell === 'number') this.#writeCell(record, nth, hasForeign);
      else this.#length += cell.copy(this.#chunk, this.#length);
    }
  }

  #writeCell(record: RecordTokenizer, nth: number, hasForeign: boolean): void {
    const { bytes, starts, ends } = record;
    const index = (this.#cells?.[nth] ?? nth) as number;
    const start = starts[index] ?? 0;
    const end = ends[index] ?? 0;
    const isQuoted = start < end && bytes[start] === QUOTE;
    if (start === end || (this.#options.emptyAsNull && isQuoted && end - start === 2)) {
      this.#length += (this.#empties.get(nth) ?? this.#empty).copy(this.#chunk, this.#length);
    } else if (this.#conversions.size > 0 && this.#writeConverted(record, index, nth)) return;
    else if (!isQuoted) this.#length = this.#writePlain(bytes, start, end);
    else if (hasForeign) this.#length = this.#writeQuoted(bytes, start, end);
    else this.#length = this.#copy(bytes, start, end);
  }

  /** @returns false when the cell is to be written as it is */
  #writeConverted(record: RecordTokenizer, index: number, nth: number): boolean {
    const text = cellText(record, index);
    const converted = text === '' ? undefined : this.#conversions.get(nth)?.(text);
    if (converted === undefined || converted === text) return false;
    this.#length += this.#chunk.write(encodeCell(converted, this.#options.delimiter), this.#length);
    return true;
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

/** How often the most frequent column is among the cells; at least once. */
function mostFrequent(cells: ReadonlyArray<number | Buffer>): number {
  const times = new Map<number, number>();
  for (const cell of cells) if (typeof cell === 'number') times.set(cell, (times.get(cell) ?? 0) + 1);
  return Math.max(1, ...times.values());
}
