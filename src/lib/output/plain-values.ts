import { QUOTE } from '../csv/bytes.js';
import { ByteSink } from './byte-sink.js';

/** Text of up to so many bytes is copied one by one: the call that copies makes a view each time. */
const shortText = 256;

/** Least and greatest of what has been added: a place in the bytes for text, a number for all else. */
type Bounds = { least?: number | bigint | boolean; greatest?: number | bigint | boolean };

/**
 * The values of one column as Parquet's PLAIN encoding has them: fixed ones in little-endian order, text as its length in
 * four bytes and its UTF-8; booleans as a byte each, to be packed later. They are kept as bytes, outside the heap of
 * JavaScript: an object for each would live just long enough to pile up.
 */
export class PlainValues {
  /** Rows so far, those without a value included. */
  rows = 0;
  nulls = 0;
  readonly #sink = new ByteSink();
  /** 1 for each row that has a value. */
  #levels = new Uint8Array(1024);
  #bounds: Bounds = {};
  #leastAt = -1;
  #greatestAt = -1;

  get bytes(): Buffer {
    return this.#sink.bytes.subarray(0, this.#sink.length);
  }

  /** The size of `bytes`, without the cost of making it. */
  get byteLength(): number {
    return this.#sink.length;
  }

  /** Definition levels: 1 for each row that has a value, 0 for each that has none. */
  get levels(): Uint8Array {
    return this.#levels.subarray(0, this.rows);
  }

  /** The least and the greatest value; undefined while there is none. The bytes of text are copies. */
  get bounds(): { readonly least: unknown; readonly greatest: unknown } {
    if (this.#leastAt < 0) return { least: this.#bounds.least, greatest: this.#bounds.greatest };
    return { least: this.#copyAt(this.#leastAt), greatest: this.#copyAt(this.#greatestAt) };
  }

  addNull(): void {
    this.nulls++;
    this.#addLevel(0);
  }

  addBoolean(value: boolean): void {
    const sink = this.#reserve(1);
    sink.bytes[sink.length++] = value ? 1 : 0;
    this.#widen(value);
  }

  addInt32(value: number): void {
    const sink = this.#reserve(4);
    sink.length = sink.bytes.writeInt32LE(value, sink.length);
    this.#widen(value);
  }

  /** @param value an integer without loss, so below 2^53 */
  addInt64(value: number): void {
    const sink = this.#reserve(8);
    const high = Math.floor(value / 2 ** 32);
    const at = sink.bytes.writeUInt32LE(value - high * 2 ** 32, sink.length);
    sink.length = sink.bytes.writeInt32LE(high, at);
    this.#widen(value);
  }

  addBigInt(value: bigint): void {
    const sink = this.#reserve(8);
    sink.length = sink.bytes.writeBigInt64LE(value, sink.length);
    this.#widen(value);
  }

  addDouble(value: number): void {
    const sink = this.#reserve(8);
    sink.length = sink.bytes.writeDoubleLE(value, sink.length);
    this.#widen(value);
  }

  /** @param isQuoted whether a quote is doubled in the bytes given */
  addText(source: Buffer, start: number, end: number, isQuoted: boolean): void {
    const sink = this.#reserve(4 + end - start);
    const at = sink.length;
    const contentAt = at + 4;
    const to =
      end - start > shortText && !(isQuoted && hasQuote(source, start, end))
        ? contentAt + source.copy(sink.bytes, contentAt, start, end)
        : copyUnquoted(source, start, end, { target: sink.bytes, at: contentAt, isQuoted });
    sink.bytes.writeUInt32LE(to - contentAt, at);
    sink.length = to;
    if (this.#leastAt < 0) this.#leastAt = this.#greatestAt = at;
    else if (compareText(sink.bytes, at, this.#leastAt) < 0) this.#leastAt = at;
    else if (compareText(sink.bytes, at, this.#greatestAt) > 0) this.#greatestAt = at;
  }

  /** Forgets the values, and keeps the room. */
  clear(): void {
    this.#sink.length = 0;
    this.rows = 0;
    this.nulls = 0;
    this.#bounds = {};
    this.#leastAt = this.#greatestAt = -1;
  }

  #reserve(byteCount: number): ByteSink {
    this.#addLevel(1);
    this.#sink.reserve(byteCount);
    return this.#sink;
  }

  #addLevel(level: number): void {
    if (this.rows === this.#levels.length) this.#levels = doubled(this.#levels);
    this.#levels[this.rows++] = level;
  }

  #widen(value: number | bigint | boolean): void {
    const bounds = this.#bounds;
    if (bounds.least === undefined || value < bounds.least) bounds.least = value;
    if (bounds.greatest === undefined || value > bounds.greatest) bounds.greatest = value;
  }

  #copyAt(at: number): Uint8Array {
    const { bytes } = this.#sink;
    return Uint8Array.from(bytes.subarray(at + 4, at + 4 + bytes.readUInt32LE(at)));
  }
}

function hasQuote(source: Buffer, start: number, end: number): boolean {
  const at = source.indexOf(QUOTE, start);
  return at >= 0 && at < end;
}

/** @returns the offset after what was copied, which is shorter where quotes are doubled */
function copyUnquoted(
  source: Buffer,
  start: number,
  end: number,
  to: { readonly target: Buffer; readonly at: number; readonly isQuoted: boolean },
): number {
  const { target, isQuoted } = to;
  let { at } = to;
  for (let from = start; from < end; from++) {
    const byte = source[from] ?? 0;
    target[at++] = byte;
    if (byte === QUOTE && isQuoted) from++;
  }
  return at;
}

/** Compares two texts of the same bytes as UTF-8 is ordered, which is the order of their code points. */
function compareText(bytes: Buffer, left: number, right: number): number {
  const leftLength = bytes.readUInt32LE(left);
  const rightLength = bytes.readUInt32LE(right);
  const common = Math.min(leftLength, rightLength);
  for (let i = 4; i < 4 + common; i++) {
    const difference = (bytes[left + i] ?? 0) - (bytes[right + i] ?? 0);
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}

function doubled(levels: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * levels.length);
  larger.set(levels);
  return larger;
}
