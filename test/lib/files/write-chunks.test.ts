import type { FileHandle } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeChunks } from '../../../src/lib/files/write-chunks.js';

test('a disk that takes less than it is given gets the rest again, in its place', async () => {
  const chunkSizes = fc.array(fc.nat(20), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      chunkSizes,
      fc.infiniteStream(fc.nat(9)),
      fc.nat(30),
      async (sizes, shares, position) => {
        const chunks = sizes.map((size, index) => Buffer.alloc(size, index + 1));
        const disk = new SlowDisk(() => shares.next().value as number);
        await writeChunks(disk as unknown as FileHandle, chunks, position);
        expect(disk.content.subarray(position).equals(Buffer.concat(chunks))).toBe(true);
      },
    ),
  );
});

/** Takes a few bytes at a time, and none now and then. */
class SlowDisk {
  content = Buffer.alloc(0);
  readonly #nextShare: () => number;

  constructor(nextShare: () => number) {
    this.#nextShare = nextShare;
  }

  writev(chunks: readonly Buffer[], position: number): Promise<{ bytesWritten: number }> {
    const bytes = Buffer.concat(chunks).subarray(0, this.#nextShare());
    const grown = Buffer.alloc(Math.max(this.content.length, position + bytes.length));
    this.content.copy(grown);
    bytes.copy(grown, position);
    this.content = grown;
    return Promise.resolve({ bytesWritten: bytes.length });
  }
}
