/** A 32-bit FNV-1a hash of some bytes. */
export function hash32(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
}

/**
 * What each of the 256 bytes counts as, plus one; zero for bytes that cannot be hashed as they are. Bytes that count
 * as the same hash the same.
 */
export type ByteTable = Uint16Array;

/** @param meaning the byte that a byte counts as, or undefined */
export function byteTable(meaning: (byte: number) => number | undefined): ByteTable {
  return Uint16Array.from({ length: 256 }, (_, byte) => (meaning(byte) ?? -1) + 1);
}

/**
 * A 64-bit hash as two 32-bit halves, which unlike a BigInt cost no allocation. Two multiplicative hashes of the
 * same bytes, mixed into each other at the end so that each half depends on both.
 */
export class Hash64 {
  high = 0;
  low = 0;

  /** Sets `high` and `low`; false when the table has nothing for one of the bytes. */
  hash(bytes: Uint8Array, { start, end }: { start: number; end: number }, table: ByteTable): boolean {
    let high = 0x9e3779b9;
    let low = 0x7f4a7c15;
    for (let at = start; at < end; at++) {
      const byte = table[bytes[at] ?? 0] ?? 0;
      if (byte === 0) return false;
      high = Math.imul(high ^ byte, 0x85ebca6b);
      low = Math.imul(low ^ byte, 0xc2b2ae35);
    }
    this.high = mix(high, low) >>> 0;
    this.low = mix(low, this.high) >>> 0;
    return true;
  }
}

function mix(half: number, other: number): number {
  const folded = Math.imul(half ^ (half >>> 16), 0x7feb352d) ^ Math.imul(other ^ (other >>> 13), 0x846ca68b);
  return folded ^ (folded >>> 16);
}
