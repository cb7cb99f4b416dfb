import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordSorter } from '../../../src/lib/files/record-sorter.js';
import { tempFolder } from '../../support/temp-folder.ts';

const word = fc.oneof(fc.nat(3), fc.constantFrom(0xffff, 0x10000, 0xffff_ffff), fc.nat(0xffff_ffff));

test('records come out in the order of their keys, equal ones as they were added, whatever fits into memory', async () => {
  const folder = await tempFolder();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(word, word), { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      (keys, capacity) => {
        const sorter = new RecordSorter({ path: join(folder, 'sort'), words: 3, keyWords: 2, capacity });
        const records = keys.map(([high, low], index) => [high, low, index]);
        for (const record of records) sorter.add(Uint32Array.from(record));
        const sorted = Array.from(sorter.sorted(), (record) => [...record]);
        sorter.close();
        expect(sorted).toEqual(
          records.toSorted((one, other) => one[0]! - other[0]! || one[1]! - other[1]! || one[2]! - other[2]!),
        );
      },
    ),
  );
  expect(await readdir(folder)).toEqual([]);
});
