import { createHash, type Hash } from 'node:crypto';
import type { CsvRecord } from './record-tokenizer.js';

/** Sums up something of the rows of a part. */
export type RowSum = {
  /** The record is valid during the call only. */
  readonly add: (record: CsvRecord) => void;
  /** What the rows since the last time come to. */
  readonly take: () => string;
};

/** A run of whole rows that fits into one job. `start` and `end` are offsets into the file. */
export type CsvPart = {
  readonly start: number;
  readonly end: number;
  readonly rows: number;
  /** The number of its first row in the file, from 1. */
  readonly firstRow: number;
  /** Of exactly the bytes from `start` to `end`, in hex. */
  readonly sha256: string;
  /** False only for a last row that has no line ending. */
  readonly endsWithNewline: boolean;
  /** What its rows come to, where something is summed up. */
  readonly sum?: string;
};

export type PartLimits = {
  /** Of a part's rows, the header not counted. */
  readonly maxPartBytes: number;
  readonly maxPartRows: number;
};

/**
 * Cuts a stream of rows into parts and hashes each. It is told of rows by their offsets in the window at hand, and
 * hashes in runs as long as the window: a hash costs more for the call than for a row's few bytes.
 */
export class PartCutter {
  /** Sums up the rows of each part; the owner adds a row after it has been cut. */
  sum: RowSum | undefined;
  readonly #limits: PartLimits;
  readonly #parts: CsvPart[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #base = 0;
  #hashedTo = 0;
  #hash: Hash | undefined;
  /** The hash up to the last row, while it is open whether the lines after it that are no rows are inside the part. */
  #hashBeforeGap: Hash | undefined;
  #rows = 0;
  #firstRow = 1;
  #start = 0;
  #end = 0;

  constructor(limits: PartLimits) {
    this.#limits = limits;
  }

  /** Goes on in a window that begins where the last one was left; `base` makes its offsets the file's. */
  beginWindow({
    bytes,
    from,
    base,
  }: {
    readonly bytes: Buffer;
    readonly from: number;
    readonly base: number;
  }): void {
    this.#bytes = bytes;
    this.#hashedTo = from;
    this.#base = base;
  }

  endWindow(consumed: number): void {
    this.#hashUpTo(consumed);
  }

  addRow(start: number, end: number): void {
    const { maxPartBytes, maxPartRows } = this.#limits;
    const isFull = this.#rows >= maxPartRows || this.#base + end - this.#start > maxPartBytes;
    if (this.#rows > 0 && isFull) this.#close(true);
    if (this.#rows === 0) {
      this.#hash = createHash('sha256');
      this.#hashedTo = start;
      this.#start = this.#base + start;
    }
    this.#hashBeforeGap = undefined;
    this.#rows++;
    this.#end = this.#base + end;
  }

  /** A line that is no row: between two rows of a part its bytes are the part's; after the last row they are not. */
  addGap(start: number): void {
    if (this.#hashBeforeGap !== undefined) return;
    this.#hashUpTo(start);
    this.#hashBeforeGap = this.#hash?.copy();
  }

  finish(endsWithNewline: boolean): readonly CsvPart[] {
    if (this.#rows > 0) this.#close(endsWithNewline);
    return this.#parts;
  }

  #close(endsWithNewline: boolean): void {
    if (this.#hashBeforeGap === undefined) this.#hashUpTo(this.#end - this.#base);
    const sha256 = (this.#hashBeforeGap ?? this.#hash ?? createHash('sha256')).digest('hex');
    this.#parts.push({
      start: this.#start,
      end: this.#end,
      rows: this.#rows,
      firstRow: this.#firstRow,
      sha256,
      endsWithNewline,
      ...(this.sum === undefined ? {} : { sum: this.sum.take() }),
    });
    this.#firstRow += this.#rows;
    this.#rows = 0;
    this.#hash = undefined;
    this.#hashBeforeGap = undefined;
  }

  #hashUpTo(end: number): void {
    if (end > this.#hashedTo) this.#hash?.update(this.#bytes.subarray(this.#hashedTo, end));
    this.#hashedTo = end;
  }
}
