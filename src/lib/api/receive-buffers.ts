import type { OnReadOpts, Socket } from 'node:net';

/** A read takes up to so much at once. Node's own 64 KiB make twice as many chunks of the same answer. */
const bufferBytes = 256 * 1024;

/** What is read in smaller pieces is copied: a few bytes do not hold a buffer. */
const leastBytes = bufferBytes / 4;

/** What is kept for later at the most. */
const spareCount = 8;

const spare: Buffer[] = [];

/** Those that hold bytes which somebody may still look at, each with the number of this use of it. */
const uses = new WeakMap<ArrayBufferLike, number>();
let useCount = 0;

/**
 * Lets a plain connection be read into buffers that are used again once they are given back: to have new ones from the
 * system for each read takes a third of the time that it takes to receive. TLS has buffers of its own.
 * @returns what `net.connect` takes as `onread`, for one connection
 */
export function receiving(): OnReadOpts {
  let current = takeBuffer();
  let isFree = true;
  return {
    buffer() {
      if (!isFree) current = takeBuffer();
      isFree = true;
      return current;
    },
    callback(this: Socket, byteCount, bytes) {
      isFree = byteCount < leastBytes;
      const received = bytes.subarray(0, byteCount);
      return this.push(isFree ? Buffer.from(received) : received);
    },
  };
}

/** Gives the buffers of one answer back, in the order in which its chunks came. */
export class ReceivedChunks {
  #newest: ArrayBufferLike | undefined;
  #use: number | undefined;

  /**
   * To be called with each chunk, or with parts of it, by those that were the last to look at it: its bytes may be
   * written over from now on. Chunks that were not received so are left alone.
   */
  release({ buffer }: Buffer): void {
    if (buffer === this.#newest) return;
    // A buffer may hold several chunks, since an answer is sent in pieces of any length.
    if (this.#newest !== undefined) giveBack(this.#newest, this.#use);
    this.#newest = buffer;
    this.#use = uses.get(buffer);
  }
}

/** A buffer of 256 KiB for a chunk that is released as any other is. */
export function takeBuffer(): Buffer {
  const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
  useCount += 1;
  uses.set(buffer.buffer, useCount);
  return buffer;
}

/** Only once for each use: somebody else may have given it back, and hold others' bytes by now. */
function giveBack(memory: ArrayBufferLike, use: number | undefined): void {
  if (use === undefined || uses.get(memory) !== use) return;
  uses.delete(memory);
  if (spare.length < spareCount) spare.push(Buffer.from(memory));
}
