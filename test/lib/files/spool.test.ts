import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PageSpool } from '../../../src/lib/files/spool.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { needing } from '../../support/systems.ts';

test('a small page stays in memory', async () => {
  const folder = await tempFolder();
  const spool = new PageSpool(join(folder, 'page-0'));
  await spool.write(Buffer.from('"a"\n'));
  await spool.write(Buffer.from('"b"\n'));
  expect((await buffer(spool.read())).toString()).toBe('"a"\n"b"\n');
  expect(await readdir(folder)).toEqual([]);
});

needing('modes')(
  'a large page goes to a file that only its owner can read, and leaves none behind',
  async () => {
    const folder = await tempFolder();
    const path = join(folder, 'page-0');
    const spool = new PageSpool(path);
    const chunks = Array.from({ length: 50 }, (_, index) => Buffer.alloc(100_000, index));
    for (const chunk of chunks) await spool.write(chunk);
    const { mode, size } = await stat(path);
    expect(mode & 0o777).toBe(0o600);
    expect(size).toBeLessThan(5_000_000);
    expect((await buffer(spool.read())).equals(Buffer.concat(chunks))).toBe(true);
    await spool.dispose();
    expect(await readdir(folder)).toEqual([]);
    await spool.dispose();
  },
);

test('what was written last is all there is, however much there was before', async () => {
  const folder = await tempFolder();
  const sizes = fc.array(fc.integer({ min: 0, max: 900_000 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(sizes, { minLength: 1, maxLength: 3 }), async (writings) => {
      const spool = new PageSpool(join(folder, 'page-0'));
      let expected = Buffer.alloc(0);
      for (const [index, lengths] of writings.entries()) {
        await spool.clear();
        const chunks = lengths.map((length) => Buffer.alloc(length, index + 1));
        for (const chunk of chunks) await spool.write(chunk);
        expected = Buffer.concat(chunks);
      }
      expect((await buffer(spool.read())).equals(expected)).toBe(true);
      await spool.dispose();
    }),
    { numRuns: 25 },
  );
});

test('what a killed run left under its name is not part of the page', async () => {
  const path = join(await tempFolder(), 'page-0');
  await writeFile(path, 'left over\n'.repeat(500_000));
  const spool = new PageSpool(path);
  await spool.write(Buffer.alloc(2_500_000, 'x'));
  expect((await buffer(spool.read())).toString()).toBe('x'.repeat(2_500_000));
  await spool.dispose();
});
