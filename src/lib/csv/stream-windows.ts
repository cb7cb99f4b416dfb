import type { FileWindow } from './windows.js';

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
