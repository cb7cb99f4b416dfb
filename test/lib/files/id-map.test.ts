import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdMap, IdMapWriter } from '../../../src/lib/files/id-map.js';
import { tempFolder } from '../../support/temp-folder.ts';

const key = fc.tuple(fc.nat(2), fc.nat(0xffff_ffff), fc.nat(40)).map((words) => words as readonly number[]);

test('every key gives its value, and no other key gives one', async () => {
  const folder = await tempFolder();
  let nth = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { maxLength: 900, selector: String }),
      fc.array(key, { maxLength: 20 }),
      fc.integer({ min: 1, max: 300 }),
      async (keys, others, capacity) => {
        const path = join(folder, `map-${nth++}`);
        const writer = new IdMapWriter(path, capacity);
        for (const [index, words] of keys.entries())
          writer.add(Uint32Array.from(words), index % 5 === 0 ? undefined : Uint32Array.of(7, 8, index));
        expect(await writer.finish()).toBeUndefined();
        const map = IdMap.open(path);
        expect(map.size).toBe(keys.length);
        for (const [index, words] of keys.entries()) {
          const value = map.get(Uint32Array.from(words));
          expect([...(value ?? [])]).toEqual(index % 5 === 0 ? [0, 0, 0] : [7, 8, index]);
        }
        const known = new Set(keys.map(String));
        for (const words of others.filter((each) => !known.has(String(each))))
          expect(map.get(Uint32Array.from(words))).toBeUndefined();
        map.close();
      },
    ),
    { numRuns: 30 },
  );
});

test('a key that was added twice is told, and makes no map', async () => {
  const path = join(await tempFolder(), 'map');
  const writer = new IdMapWriter(path);
  for (const last of [3, 9, 3]) writer.add(Uint32Array.of(1, 2, last), Uint32Array.of(4, 5, 6));
  expect([...((await writer.finish()) ?? [])]).toEqual([1, 2, 3]);
  expect(() => IdMap.open(path)).toThrow('ENOENT');
});

test('nothing is left of a map that can’t get its name', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'map');
  await mkdir(path);
  const writer = new IdMapWriter(path);
  writer.add(Uint32Array.of(1, 2, 3));
  await expect(writer.finish()).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['map']);
});

test('the memory of a map is the first key of each of its blocks, and the blocks that were read last', async () => {
  const path = join(await tempFolder(), 'map');
  const writer = new IdMapWriter(path);
  for (let index = 0; index < 50_000; index++)
    writer.add(Uint32Array.of(0, index, 1), Uint32Array.of(0, 0, index));
  await writer.finish();
  const map = IdMap.open(path);
  for (let index = 49_999; index >= 0; index -= 7)
    expect(map.get(Uint32Array.of(0, index, 1))?.[2]).toBe(index);
  const values = Array.from(map.entries(), (entry) => entry[5]);
  expect(values).toEqual(Array.from({ length: 50_000 }, (_, index) => index));
  map.close();
});

test('blocks that take the place of each other are not mixed up, whatever the order of lookups', async () => {
  const path = join(await tempFolder(), 'map');
  const writer = new IdMapWriter(path);
  const size = 3_000;
  for (let index = 0; index < size; index++)
    writer.add(Uint32Array.of(0, index, 1), Uint32Array.of(0, 0, index));
  await writer.finish();
  for (const kept of [1, 2, 64]) {
    const map = IdMap.open(path, kept);
    for (let nth = 0; nth < size; nth++) {
      const index = (nth * 1_009) % size;
      expect(map.get(Uint32Array.of(0, index, 1))?.[2]).toBe(index);
      // Behind the last entry, whose block isn't full.
      expect(map.get(Uint32Array.of(0, size + index, 1))).toBeUndefined();
    }
    map.close();
  }
});
