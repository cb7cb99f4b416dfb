/** A 32-bit FNV-1a hash of some bytes. */
export function hash32(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
}

/**
 * A 64-bit hash as two 32-bit halves, which unlike a BigInt cost no allocation. Two multiplicative hashes of the
 * same bytes, mixed into each other at the end so that each half depends on both.
 */
export class Hash64 {
  high = 0;
  low = 0;

  start(): void {
    this.high = 0x9e3779b9;
    this.low = 0x7f4a7c15;
  }

  byte(byte: number): void {
    this.high = Math.imul(this.high ^ byte, 0x85ebca6b);
    this.low = Math.imul(this.low ^ byte, 0xc2b2ae35);
  }

  end(): void {
    const high = mix(this.high, this.low);
    this.low = mix(this.low, this.high) >>> 0;
    this.high = high >>> 0;
  }
}

function mix(half: number, other: number): number {
  const folded = Math.imul(half ^ (half >>> 16), 0x7feb352d) ^ Math.imul(other ^ (other >>> 13), 0x846ca68b);
  return folded ^ (folded >>> 16);
}
