import { open } from 'node:fs/promises';

const chunkBytes = 256 * 1024;

/**
 * The bytes of a file, from one place up to, and without, another. A chunk is valid until the next one is asked for: one
 * buffer serves for all of them, where a stream makes one for each, which lie about until they are collected.
 */
export async function* fileChunks(
  path: string,
  { start = 0, end = Number.POSITIVE_INFINITY }: { readonly start?: number; readonly end?: number } = {},
): AsyncGenerator<Buffer, void, undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(chunkBytes, Math.min(size, end) - start)));
    for (let at = start; at < end;) {
      const wanted = Math.min(buffer.length, end - at);
      const { bytesRead } = await file.read(buffer, 0, wanted, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
