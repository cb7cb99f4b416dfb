/** Where the values of a column are, one after another: each of `width` bytes, or of its own length without one. */
export type PlainBytes = {
  readonly bytes: Buffer;
  readonly count: number;
  /** Bytes of each value; undefined for text, which begins with its length in four bytes. */
  readonly width: number | undefined;
};

/** The distinct values of a column, in PLAIN encoding, and the place of each value among them. */
export type Dictionary = {
  readonly bytes: Buffer;
  readonly count: number;
  readonly indexes: Uint32Array;
  /** Bits that an index takes. */
  readonly bitWidth: number;
};

const sampleSize = 1000;
/** A column of which nearly every sampled value is new is not looked at any further. */
const mostNewInSample = 0.9;

/** Collects the distinct values. @returns undefined when a dictionary would not halve the column */
export function dictionaryOf(values: PlainBytes): Dictionary | undefined {
  if (values.count === 0 || isMostlyDistinct(values)) return undefined;
  const mostBytes = values.bytes.length / 2;
  const builder = new DictionaryBuilder(values);
  for (let index = 0, at = 0; index < values.count; index++) {
    at = builder.add(index, at);
    if (builder.byteLength > mostBytes) return undefined;
  }
  const { byteLength, count, indexes } = builder;
  const bitWidth = Math.ceil(Math.log2(count));
  if (byteLength + (values.count * bitWidth) / 8 > mostBytes) return undefined;
  return { bytes: builder.takeBytes(), count, indexes, bitWidth };
}

function isMostlyDistinct(values: PlainBytes): boolean {
  const stride = Math.ceil(values.count / sampleSize);
  const seen = new Set<number>();
  let bytes = 0;
  let newBytes = 0;
  for (let index = 0, at = 0; index < values.count; index++) {
    const end = endOf(values, at);
    if (index % stride === 0) {
      const hash = hashOf(values.bytes, at, end);
      if (!seen.has(hash)) newBytes += end - at;
      seen.add(hash);
      bytes += end - at;
    }
    at = end;
  }
  return newBytes > mostNewInSample * bytes;
}

/** A hash table with open addressing, over places in the column's own bytes. */
class DictionaryBuilder {
  readonly indexes: Uint32Array;
  count = 0;
  byteLength = 0;
  readonly #values: PlainBytes;
  /** Number of a distinct value plus one; 0 where there is none. */
  readonly #slots: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;

  constructor(values: PlainBytes) {
    this.#values = values;
    this.indexes = new Uint32Array(values.count);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * values.count)));
    this.#starts = new Uint32Array(values.count);
    this.#ends = new Uint32Array(values.count);
  }

  /** @returns where the next value begins */
  add(index: number, at: number): number {
    const end = endOf(this.#values, at);
    const mask = this.#slots.length - 1;
    let slot = hashOf(this.#values.bytes, at, end) & mask;
    for (let taken = this.#slots[slot] ?? 0; taken !== 0; taken = this.#slots[slot] ?? 0) {
      if (this.#isEqual(taken - 1, at, end)) {
        this.indexes[index] = taken - 1;
        return end;
      }
      slot = (slot + 1) & mask;
    }
    this.#starts[this.count] = at;
    this.#ends[this.count] = end;
    this.indexes[index] = this.count;
    this.#slots[slot] = ++this.count;
    this.byteLength += end - at;
    return end;
  }

  takeBytes(): Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.byteLength);
    let at = 0;
    for (let entry = 0; entry < this.count; entry++) {
      at += this.#values.bytes.copy(bytes, at, this.#starts[entry], this.#ends[entry]);
    }
    return bytes;
  }

  #isEqual(entry: number, at: number, end: number): boolean {
    const { bytes } = this.#values;
    const start = this.#starts[entry] ?? 0;
    const length = (this.#ends[entry] ?? 0) - start;
    if (length !== end - at) return false;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== bytes[at + i]) return false;
    return true;
  }
}

function endOf({ bytes, width }: PlainBytes, at: number): number {
  return width === undefined ? at + 4 + bytes.readUInt32LE(at) : at + width;
}

/** FNV-1a, with its high bits brought down, since slots are chosen by the low ones. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
