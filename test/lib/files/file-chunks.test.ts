import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileChunks } from '../../../src/lib/files/file-chunks.js';
import { tempFolder } from '../../support/temp-folder.ts';

const size = 600_000;

async function read(path: string, range: Range) {
  const copies: Buffer[] = [];
  for await (const chunk of fileChunks(path, range)) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies);
}

type Range = { readonly start?: number; readonly end?: number };

test.each<[string, Range]>([
  ['all', {}],
  ['from a place on', { start: 300_001 }],
  ['up to a place', { end: 262_144 }],
  ['between two places', { start: 5, end: 599_999 }],
  ['nothing', { start: 7, end: 7 }],
  ['beyond the end', { start: 599_990, end: 700_000 }],
  ['behind the end', { start: 700_000 }],
])('%s of a file comes in its order', async (_, range) => {
  const path = join(await tempFolder(), 'bytes');
  const bytes = Buffer.from(Array.from({ length: size }, (__, at) => (at * 31) % 251));
  await writeFile(path, bytes);
  expect((await read(path, range)).equals(bytes.subarray(range.start ?? 0, range.end))).toBe(true);
});

test('one buffer serves for all chunks', async () => {
  const path = join(await tempFolder(), 'bytes');
  await writeFile(path, Buffer.alloc(size));
  const buffers = new Set<ArrayBufferLike>();
  for await (const chunk of fileChunks(path)) buffers.add(chunk.buffer);
  expect(buffers.size).toBe(1);
});
