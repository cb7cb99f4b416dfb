import { maxRecordBytes } from './limits.js';
import { RecordTokenizer, type CsvRecord } from './record-tokenizer.js';
import { Bulk2Error } from '../errors.js';

/** Results double the quotes inside a value, at worst every character of it. */
const mostBytesOfARecord = 2 * maxRecordBytes;

export type VisitRecord = (record: CsvRecord) => void;

/**
 * Reads CSV records from a stream of bytes, as many at a time as its owner wants. Lines with nothing on them are
 * no records.
 */
export class RecordReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #tokenizer: RecordTokenizer;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #to = 0;
  #consumed = 0;
  #blankLines = 0;
  #isEnd = false;

  constructor(chunks: AsyncIterable<Buffer>, delimiter: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#tokenizer = new RecordTokenizer(delimiter);
  }

  /** Offset in the stream of the first byte after the last record that was read. */
  get offset(): number {
    return this.#consumed + this.#at;
  }

  /** Offset in the stream of the first byte of the record that is being visited. */
  get recordStart(): number {
    return this.#consumed + this.#tokenizer.start;
  }

  /** Lines with nothing on them, so far. */
  get blankLines(): number {
    return this.#blankLines;
  }

  /** Whether the last record that was read ended in a line ending, and not with the stream. */
  get endedWithNewline(): boolean {
    return this.#tokenizer.terminatorBytes > 0;
  }

  /**
   * Visits up to `limit` records.
   * @param pause awaited now and then between two records, for what the visitor has gathered
   * @returns how many were visited; fewer than `limit` at the end of the stream only
   * @throws IncompleteResultError the stream ends inside a quoted value
   * @throws ResultFormatError it is not valid CSV
   */
  async read(limit: number, visit: VisitRecord, pause?: () => Promise<void>): Promise<number> {
    let count = 0;
    try {
      for (;;) {
        count += this.#visitKnown(limit - count, visit);
        await pause?.();
        if (count === limit || !(await this.#readMore())) return count;
      }
    } catch (error) {
      await this.#chunks.return?.();
      throw error;
    }
  }

  #visitKnown(limit: number, visit: VisitRecord): number {
    const tokenizer = this.#tokenizer;
    const state = { to: this.#to, isEnd: this.#isEnd };
    let count = 0;
    while (count < limit && this.#at < state.to) {
      const next = tokenizer.next(this.#bytes, this.#at, state);
      if (next < 0) break;
      this.#at = next;
      if (tokenizer.isBlankLine) {
        this.#blankLines++;
        continue;
      }
      this.#requireSound();
      visit(tokenizer);
      count++;
    }
    return count;
  }

  async #readMore(): Promise<boolean> {
    if (this.#isEnd) return false;
    const next = await this.#chunks.next();
    this.#isEnd = next.done === true;
    if (next.done !== true) this.#append(next.value);
    return true;
  }

  /** Moves what is left to the front, and the new bytes behind it. One buffer serves for the whole stream. */
  #append(chunk: Buffer): void {
    const leftBytes = this.#to - this.#at;
    if (leftBytes > mostBytesOfARecord) {
      throw new ResultFormatError(`A record is longer than ${mostBytesOfARecord} bytes.`);
    }
    const neededBytes = leftBytes + chunk.length;
    const target = neededBytes > this.#bytes.length ? Buffer.allocUnsafeSlow(neededBytes * 2) : this.#bytes;
    this.#bytes.copy(target, 0, this.#at, this.#to);
    chunk.copy(target, leftBytes);
    this.#consumed += this.#at;
    this.#bytes = target;
    this.#at = 0;
    this.#to = neededBytes;
  }

  #requireSound(): void {
    const { fault } = this.#tokenizer;
    if (fault === undefined || fault === 'lone-carriage-return') return;
    if (fault === 'unterminated-quote') throw new IncompleteResultError('It ends inside a quoted value.');
    throw new ResultFormatError(`It is not valid CSV (${fault.replaceAll('-', ' ')}).`);
  }
}

/** The org answered a result download with something that is not the result set it should be. */
export class ResultFormatError extends Bulk2Error {}

/** A result set that cannot be all of it, although its download ended without an error. */
export class IncompleteResultError extends Bulk2Error {}

/** Looks at the first bytes of a stream; `chunks` has all of it. `head` is shorter only when the stream is. */
export async function peek(
  stream: AsyncGenerator<Buffer>,
  byteCount: number,
): Promise<{ readonly head: Buffer; readonly chunks: AsyncIterable<Buffer> }> {
  let head = Buffer.alloc(0);
  while (head.length < byteCount) {
    const next = await stream.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return { head, chunks: withHead(head, stream) };
}

async function* withHead(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}
