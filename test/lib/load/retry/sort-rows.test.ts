import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowSorter } from '../../../../src/lib/load/retry/sort-rows.js';
import { tempFolder } from '../../../support/temp-folder.ts';

const rows = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.string({ maxLength: 40, unit: 'grapheme' })));

test.each([1, 100, 1_000_000])(
  'rows come in the order of their keys, and as they were where those are the same, in runs of %i bytes',
  async (runBytes) => {
    const folder = await tempFolder();
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        await using sorter = new RowSorter((name) => join(folder, name), runBytes);
        for (const [index, [key, line]] of given.entries()) {
          const kept = Buffer.from(`kept of ${line}`);
          sorter.add({ key: Buffer.from(key), line: Buffer.from(line), kept, file: index % 3, row: index });
          if (sorter.isFull) await sorter.spill();
        }
        const sorted: unknown[] = [];
        for await (const { key, line, kept, file, row } of sorter.rows()) {
          expect(kept.toString()).toBe(`kept of ${line.toString()}`);
          sorted.push([key.toString(), line.toString(), file, row]);
        }
        const all = given.map(([key, line], index) => [key, line, index % 3, index] as const);
        expect(sorted).toEqual(all.toSorted((a, b) => Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0]))));
      }),
      { numRuns: 60 },
    );
    expect(await readdir(folder)).toEqual([]);
  },
);
