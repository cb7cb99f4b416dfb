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

export type FileWindowOptions = {
  readonly chunkBytes: number;
  /** The most that a reader may leave over. */
  readonly maxLeftoverBytes: number;
};

/**
 * Reads a file from start to end in windows over two buffers: while one is worked on, the system fills the
 * other. What a window leaves over is copied in front of the next one, so a record is always in one piece.
 */
export async function* fileWindows(
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
