import { QUOTE } from './bytes.js';
import { serviceLimits } from './limits.js';

// Declared here and not shared: V8 loads an imported constant anew for every byte, which costs a third of the speed.
const LF = 0x0a;
const CR = 0x0d;

/** A record as offsets into `bytes`. Valid until the next record is read; copy what you keep. */
export type CsvRecord = {
  readonly bytes: Buffer;
  /** Offset of the record's first byte. */
  readonly start: number;
  /** Offset past the record's last byte, its line ending excluded. */
  readonly end: number;
  /** How many cells the record has. Offsets are kept of the first 5,003 only: the service takes 5,000 and returns 5,002. */
  readonly count: number;
  /** Offset of each cell's first byte, opening quote included. */
  readonly starts: Int32Array;
  /** Offset past each cell's last byte, closing quote included. */
  readonly ends: Int32Array;
};

export type RecordFault =
  'unescaped-quote' | 'text-after-quote' | 'lone-carriage-return' | 'unterminated-quote';

/** `to` is the offset past the last byte that is known; `isEnd` says that no more will follow. */
export type ReadLimit = { readonly to: number; readonly isEnd: boolean };

const NEEDS_MORE = -1;

/** 1 for each byte that matters between quotes: a quote and LF. */
const specialInQuotes = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE || byte === LF ? 1 : 0,
);

export type CellOffsets = Pick<CsvRecord, 'starts' | 'ends'>;

/** Room for the cells of a record. Results have two columns beside those uploaded, and one more tells of too many. */
export function cellOffsets(): CellOffsets {
  const cells = serviceLimits.columns + 3;
  return { starts: new Int32Array(cells), ends: new Int32Array(cells) };
}

/**
 * Finds one record at a time in a run of bytes, and the cells in it: quotes as in RFC 4180, records closed by LF
 * or CRLF. It remembers nothing between records, so one that the bytes cut off is simply read again when there
 * are more. That keeps the loop over the bytes free of state, and every reader of CSV in here on one grammar.
 */
export class RecordTokenizer implements CsvRecord {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  count = 0;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Length of the line ending that closed the record: 2, 1, or 0 at the end of the input. */
  terminatorBytes = 0;
  /** Line endings inside the record's quoted cells. */
  quotedLf = 0;
  quotedCrlf = 0;
  /** The first thing wrong in the record, and the index of its cell. */
  fault: RecordFault | undefined = undefined;
  faultCell = 0;

  /** Whether there has been a record that a plain reading does not get through: others will have quotes as well. */
  #hasQuotes = false;
  readonly #delimiter: number;
  /** 1 for each byte that ends a run of plain text: the delimiter, a quote, LF and CR. */
  readonly #special = new Uint8Array(256);

  /** @param cells where offsets are kept; another tokenizer may have them once this one's last record is done with */
  constructor(delimiter: string, cells: CellOffsets = cellOffsets()) {
    this.starts = cells.starts;
    this.ends = cells.ends;
    this.#delimiter = delimiter.charCodeAt(0);
    for (const byte of [this.#delimiter, QUOTE, LF, CR]) this.#special[byte] = 1;
  }

  /** A line with nothing on it. That is not a record here; a record of one empty value is written `""`. */
  get isBlankLine(): boolean {
    return this.end === this.start;
  }

  /**
   * Reads the record that starts at `from`, which must be below `limit.to`. Returns the offset of the next record,
   * or -1 when the record does not end in the known bytes.
   */
  next(bytes: Buffer, from: number, limit: ReadLimit): number {
    if (this.#hasQuotes) return this.#nextQuoted(bytes, from, limit);
    const { to, isEnd } = limit;
    const { starts, ends } = this;
    const delimiter = this.#delimiter;
    const special = this.#special;
    this.#begin(bytes, from);
    let at = from;
    for (let cell = 0; ; cell++) {
      const start = at;
      while (at < to && special[bytes[at] ?? 0] === 0) at++;
      if (cell < starts.length) {
        starts[cell] = start;
        ends[cell] = at;
      }
      if (at >= to) return isEnd ? this.#close(cell, at, 0) : NEEDS_MORE;
      const byte = bytes[at];
      if (byte === delimiter) {
        at++;
        continue;
      }
      if (byte === LF) return this.#close(cell, at, 1);
      if (byte === CR && at + 1 < to && bytes[at + 1] === LF) return this.#close(cell, at, 2);
      return this.#nextQuoted(bytes, from, limit);
    }
  }

  /** The same for records that may have quotes. Apart because files without any are read faster so. */
  #nextQuoted(bytes: Buffer, from: number, limit: ReadLimit): number {
    this.#hasQuotes = true;
    const { to, isEnd } = limit;
    const { starts, ends } = this;
    const delimiter = this.#delimiter;
    const special = this.#special;
    const quoted = specialInQuotes;
    this.#begin(bytes, from);
    let at = from;
    for (let cell = 0; ; cell++) {
      const start = at;
      if (at < to && bytes[at] === QUOTE) {
        for (at++; ; at++) {
          for (; ; at++) {
            // Four at a time: quoted text is long, and tests of single bytes are most of what a scan costs.
            while (
              at + 3 < to &&
              ((quoted[bytes[at] ?? 0] ?? 1) |
                (quoted[bytes[at + 1] ?? 0] ?? 1) |
                (quoted[bytes[at + 2] ?? 0] ?? 1) |
                (quoted[bytes[at + 3] ?? 0] ?? 1)) ===
                0
            )
              at += 4;
            while (at < to && quoted[bytes[at] ?? 0] === 0) at++;
            if (at >= to || bytes[at] === QUOTE) break;
            if (bytes[at - 1] === CR) this.quotedCrlf++;
            else this.quotedLf++;
          }
          if (at >= to) return isEnd ? this.#nextWithFault(bytes, from, limit) : NEEDS_MORE;
          at++;
          if (at >= to || bytes[at] !== QUOTE) break;
        }
        if (at < to && special[bytes[at] ?? 0] === 0) return this.#nextWithFault(bytes, from, limit);
      }
      while (at < to && special[bytes[at] ?? 0] === 0) at++;
      if (at >= to && !isEnd) return NEEDS_MORE;
      if (cell < starts.length) {
        starts[cell] = start;
        ends[cell] = at;
      }
      if (at < to && bytes[at] === delimiter) {
        at++;
        continue;
      }
      if (at >= to) return this.#close(cell, at, 0);
      if (bytes[at] === LF) return this.#close(cell, at, 1);
      if (bytes[at] === CR && at + 1 < to && bytes[at + 1] === LF) return this.#close(cell, at, 2);
      return this.#nextWithFault(bytes, from, limit);
    }
  }

  #begin(bytes: Buffer, from: number): void {
    // Storing an object costs more than asking for it.
    if (this.bytes !== bytes) this.bytes = bytes;
    this.start = from;
    this.fault = undefined;
    this.quotedLf = 0;
    this.quotedCrlf = 0;
  }

  #close(cell: number, end: number, terminatorBytes: number): number {
    this.count = cell + 1;
    this.end = end;
    this.terminatorBytes = terminatorBytes;
    return end + terminatorBytes;
  }

  /**
   * Reads a record that `next` stumbled over, naming what is wrong and taking stray quotes and carriage returns for
   * text, as they were probably meant. Apart because any call inside the loops above would halve their speed.
   */
  #nextWithFault(bytes: Buffer, from: number, { to, isEnd }: ReadLimit): number {
    this.#begin(bytes, from);
    let at = from;
    for (let cell = 0; ; cell++) {
      const start = at;
      at = this.#faultyCellEnd(at, to, cell);
      if (at >= to && !isEnd) return NEEDS_MORE;
      if (cell < this.starts.length) {
        this.starts[cell] = start;
        this.ends[cell] = at;
      }
      if (at >= to) return this.#close(cell, at, 0);
      if (bytes[at] !== this.#delimiter) return this.#close(cell, at, bytes[at] === LF ? 1 : 2);
      at++;
    }
  }

  #faultyCellEnd(from: number, to: number, cell: number): number {
    const { bytes } = this;
    let at = bytes[from] === QUOTE && from < to ? this.#quotedEnd(from, to, cell) : from;
    if (at > from && at < to && this.#special[bytes[at] ?? 0] === 0) this.#blame('text-after-quote', cell);
    for (; at < to; at++) {
      const byte = bytes[at];
      if (byte === this.#delimiter || byte === LF) return at;
      if (byte === CR && at + 1 < to && bytes[at + 1] === LF) return at;
      if (byte === CR) this.#blame('lone-carriage-return', cell);
      if (byte === QUOTE) this.#blame('unescaped-quote', cell);
    }
    return to;
  }

  #quotedEnd(from: number, to: number, cell: number): number {
    for (let at = from + 1; at < to; at++) {
      const byte = this.bytes[at];
      if (byte === LF && this.bytes[at - 1] === CR) this.quotedCrlf++;
      else if (byte === LF) this.quotedLf++;
      if (byte !== QUOTE) continue;
      if (at + 1 >= to || this.bytes[at + 1] !== QUOTE) return at + 1;
      at++;
    }
    this.#blame('unterminated-quote', cell);
    return to;
  }

  #blame(fault: RecordFault, cell: number): void {
    if (this.fault !== undefined) return;
    this.fault = fault;
    this.faultCell = cell;
  }
}
