import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { countRows } from '../../../src/lib/bulk2/count-rows.js';

const count = (csv: string, delimiter = ','): Promise<number | undefined> =>
  countRows(Readable.from([Buffer.from(csv)], { objectMode: false }), delimiter);

test.each([
  ['Name\nA\nB\n', 2],
  ['Name\r\nA\r\nB', 2],
  ['Name,Phone\n"a\nb","1"\n', 1],
  ['Name\n""\n', 1],
  ['Name\n', 0],
  ['', 0],
])('%j has %i rows', async (csv, rows) => {
  expect(await count(csv)).toBe(rows);
});

test.each(['Name\n\nA\n', 'Name\nA\n\n', 'Name\nA"B\n', 'Name\n"A\n'])(
  'what is a row of %j is left to the service',
  async (csv) => {
    expect(await count(csv)).toBeUndefined();
  },
);
