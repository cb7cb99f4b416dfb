/**
 * Compresses blocks in the Snappy format (google/snappy, format_description.txt), into room that is used again for each:
 * two arrays for every run of literals would be garbage otherwise, and more of it than all else that an export makes.
 */
export class SnappyCompressor {
  /** Offsets of the latest four bytes with each hash, plus one. */
  readonly #table = new Int32Array(tableSize);
  #output = new Uint8Array(0);

  /** @returns a view that the next call writes over */
  compress(input: Uint8Array): Uint8Array {
    const most = maxCompressedLength(input.length);
    if (this.#output.length < most) this.#output = new Uint8Array(most);
    this.#table.fill(0);
    const length = compressInto(this.#output, input, this.#table);
    return this.#output.subarray(0, length);
  }
}

const tableBits = 14;
const tableSize = 2 ** tableBits;
/** A copy of at most two bytes of offset reaches this far back. */
const maxOffset = 65_535;
/** Nothing is looked for in the last bytes, so that four can always be read. */
const margin = 8;

/** Literals alone, with a tag for each 64 KiB and the length in front, and then some. */
function maxCompressedLength(length: number): number {
  return 32 + length + Math.ceil(length / 6);
}

function compressInto(output: Uint8Array, input: Uint8Array, table: Int32Array): number {
  let to = writeLength(output, input.length);
  const end = input.length;
  const limit = end - margin;
  let literalStart = 0;
  let at = 1;
  // The longer nothing is found, the further apart are the places that are tried.
  let misses = 32;
  while (at < limit) {
    const word = read32(input, at);
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - tableBits);
    const candidate = (table[slot] ?? 0) - 1;
    table[slot] = at + 1;
    if (candidate < 0 || at - candidate > maxOffset || read32(input, candidate) !== word) {
      at += misses++ >>> 5;
      continue;
    }
    to = writeLiteral(output, to, input, { start: literalStart, end: at });
    let length = 4;
    while (at + length < end && input[candidate + length] === input[at + length]) length++;
    to = writeCopy(output, to, at - candidate, length);
    at += length;
    literalStart = at;
    misses = 32;
  }
  return writeLiteral(output, to, input, { start: literalStart, end });
}

type Range = { readonly start: number; readonly end: number };

function read32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function writeLength(output: Uint8Array, length: number): number {
  let to = 0;
  let rest = length;
  while (rest >= 0x80) {
    output[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  output[to++] = rest;
  return to;
}

function writeLiteral(output: Uint8Array, from: number, input: Uint8Array, { start, end }: Range): number {
  let to = from;
  const length = end - start;
  if (length === 0) return to;
  const last = length - 1;
  if (last < 60) output[to++] = last << 2;
  else {
    const lengthBytes = last < 0x100 ? 1 : last < 0x1_0000 ? 2 : last < 0x100_0000 ? 3 : 4;
    output[to++] = (59 + lengthBytes) << 2;
    for (let i = 0; i < lengthBytes; i++) output[to++] = last >>> (8 * i);
  }
  if (length > 256) {
    output.set(input.subarray(start, end), to);
    return to + length;
  }
  for (let i = start; i < end; i++) output[to++] = input[i] ?? 0;
  return to;
}

/** A copy takes at most 64 bytes, and at least 4. */
function writeCopy(output: Uint8Array, from: number, offset: number, length: number): number {
  let to = from;
  let rest = length;
  while (rest > 0) {
    const taken = rest > 64 ? Math.min(64, rest - 4) : rest;
    if (taken < 12 && offset < 2048) {
      output[to++] = 1 | ((taken - 4) << 2) | ((offset >>> 8) << 5);
      output[to++] = offset & 0xff;
    } else {
      output[to++] = 2 | ((taken - 1) << 2);
      output[to++] = offset & 0xff;
      output[to++] = offset >>> 8;
    }
    rest -= taken;
  }
  return to;
}
