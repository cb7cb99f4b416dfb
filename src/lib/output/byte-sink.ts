import type { Hash } from 'node:crypto';

const NO_BYTES = Buffer.alloc(0);

/** Collects output bytes. Its owner reserves room first and then writes `bytes` at `length` by hand. */
export class ByteSink {
  bytes: Buffer = NO_BYTES;
  length = 0;
  /** What was taken before, and some more: the next round is likely to need as much. */
  #likelyByteCount = 4096;

  /** Makes room for this many more bytes. */
  reserve(byteCount: number): void {
    const needed = this.length + byteCount;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2, this.#likelyByteCount));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /**
   * Gives what was collected to somebody who is done with the bytes when he returns, and starts anew in the same place.
   * @param hash gets them, too
   */
  async drain(to: { write(bytes: Buffer): Promise<void> }, hash?: Pick<Hash, 'update'>): Promise<void> {
    const bytes = this.bytes.subarray(0, this.length);
    hash?.update(bytes);
    await to.write(bytes);
    this.length = 0;
  }

  /** Gives what was collected and starts anew; the bytes given are not touched again. */
  take(): Buffer {
    if (this.length === 0) return NO_BYTES;
    const taken = this.bytes.subarray(0, this.length);
    this.#likelyByteCount = Math.max(this.#likelyByteCount, Math.ceil(this.length * 1.25));
    this.bytes = NO_BYTES;
    this.length = 0;
    return taken;
  }
}
