import type { FileHandle } from 'node:fs/promises';

/**
 * Writes chunks one behind the other, from a position on. A disk that is nearly full may take a part of what it is given,
 * and say so only to those who look.
 */
export async function writeChunks(
  file: FileHandle,
  chunks: readonly Buffer[],
  position: number,
): Promise<void> {
  let written = 0;
  for (let rest = chunks; rest.length > 0; rest = after(chunks, written)) {
    const { bytesWritten } = await file.writev(rest, position + written);
    written += bytesWritten;
  }
}

/** What follows the first bytes of the chunks. */
function after(chunks: readonly Buffer[], byteCount: number): Buffer[] {
  let left = byteCount;
  return chunks.flatMap((chunk) => {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    return skipped === chunk.length ? [] : [chunk.subarray(skipped)];
  });
}
