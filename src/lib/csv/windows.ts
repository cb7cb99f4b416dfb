import type { FileHandle } from 'node:fs/promises';

/** A part of a file in memory. Offsets are into `bytes`, which are good until the next window is asked for. */
export type FileWindow = {
  readonly bytes: Buffer;
  /** The first byte of interest: what the last window left over comes first. */
  readonly from: number;
  /** The first byte that no earlier window had. */
  readonly newFrom: number;
  readonly to: number;
  /** What to add to an offset into `bytes` to get an offset into the file. */
  readonly base: number;
  /** The file ends at `to`. The last window brings no new bytes. */
  readonly isEnd: boolean;
  /** Set by the reader: the offset it got to. The rest is in front of the next window. */
  consumed: number;
};

type FileWindowOptions = {
  readonly chunkBytes: number;
  /** The most that a reader may leave over. */
  readonly maxLeftoverBytes: number;
};

/**
 * Reads a file from start to end in windows. What a window leaves over is in front of the next one, so a record is always
 * in one piece. A file that fits into one chunk takes no more memory than it has bytes: there may be very many of them.
 */
export async function* fileWindows(
  file: FileHandle,
  options: FileWindowOptions,
): AsyncGenerator<FileWindow, void, undefined> {
  const { size } = await file.stat();
  const whole = size <= options.chunkBytes ? await readWhole(file, size) : undefined;
  if (whole === undefined) yield* largeFileWindows(file, options);
  else yield* smallFileWindows(whole);
}

/** @returns undefined when the file has more bytes than that */
async function readWhole(file: FileHandle, size: number): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafeSlow(size + 1);
  for (let length = 0; length <= size;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    length += bytesRead;
    if (bytesRead === 0) return bytes.subarray(0, length);
  }
  return undefined;
}

function* smallFileWindows(bytes: Buffer): Generator<FileWindow, void, undefined> {
  const to = bytes.length;
  const window = { bytes, from: 0, newFrom: 0, to, base: 0, isEnd: false, consumed: to };
  if (to > 0) yield window;
  yield { ...window, from: window.consumed, newFrom: to, isEnd: true, consumed: to };
}

/** Over two buffers: while one is worked on, the system fills the other. */
async function* largeFileWindows(
  file: FileHandle,
  { chunkBytes, maxLeftoverBytes }: FileWindowOptions,
): AsyncGenerator<FileWindow, void, undefined> {
  const newFrom = maxLeftoverBytes;
  let current = Buffer.allocUnsafeSlow(maxLeftoverBytes + chunkBytes);
  let other = Buffer.allocUnsafeSlow(maxLeftoverBytes + chunkBytes);
  let leftoverBytes = 0;
  let offset = 0;
  let reading = file.read(current, newFrom, chunkBytes, offset);
  for (;;) {
    const { bytesRead } = await reading;
    const isEnd = bytesRead === 0;
    const to = newFrom + bytesRead;
    const base = offset - newFrom;
    offset += bytesRead;
    if (!isEnd) {
      reading = file.read(other, newFrom, chunkBytes, offset);
      // A reader may stop before this read is awaited; closing the file waits for it.
      reading.catch(() => undefined);
    }
    const window = { bytes: current, from: newFrom - leftoverBytes, newFrom, to, base, isEnd, consumed: to };
    yield window;
    if (isEnd) return;
    leftoverBytes = to - window.consumed;
    if (leftoverBytes > maxLeftoverBytes)
      throw new RangeError('More bytes were left over than there is room for.');
    current.copy(other, newFrom - leftoverBytes, window.consumed, to);
    [current, other] = [other, current];
  }
}

/**
 * Hands out a stream of bytes like `fileWindows` does a file: what a window leaves over comes first in the next one,
 * and a last window without new bytes has `isEnd` set. Reads on only when the next window is asked for.
 */
export async function* streamWindows(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<FileWindow, void, undefined> {
  let leftover: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of input) {
    const window = windowOf(leftover, asBuffer(chunk), offset, false);
    offset += chunk.byteLength;
    yield window;
    leftover = window.bytes.subarray(window.consumed);
  }
  yield windowOf(leftover, Buffer.alloc(0), offset, true);
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

function windowOf(leftover: Buffer, chunk: Buffer, offset: number, isEnd: boolean): FileWindow {
  const bytes = leftover.length === 0 ? chunk : Buffer.concat([leftover, chunk]);
  const base = offset - leftover.length;
  return { bytes, from: 0, newFrom: leftover.length, to: bytes.length, base, isEnd, consumed: bytes.length };
}
