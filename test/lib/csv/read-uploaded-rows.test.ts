import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCell } from '../../../src/lib/csv/encode-cell.js';
import { readUploadedRows } from '../../../src/lib/csv/read-uploaded-rows.js';
import { gather } from '../../../src/lib/gather.js';

const rowsIn = (csv: string, pieceBytes = 3) => {
  const bytes = Buffer.from(csv);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  return gather(readUploadedRows(Readable.from(pieces), ','));
};

test.each([
  ['a quote that is not doubled', 'a,b\n1,2\n3"4,5\n6,7\n', '3"4,5'],
  ['text behind a quote', 'a,b\n1,2\n"3"x,5\n6,7\n', '"3"x,5'],
  ['too few values', 'a,b\n1,2\n3\n6,7\n', '3'],
  ['too many values', 'a,b\n1,2\n3,4,5\n6,7\n', '3,4,5'],
])('a row that is not sound comes as text between those that are: %s', async (_, csv, text) => {
  expect(await rowsIn(csv)).toEqual([{ a: '1', b: '2' }, text, { a: '6', b: '7' }]);
});

test('a quote that is never closed takes the rest with it', async () => {
  expect(await rowsIn('a,b\n1,2\n3,"4\n6,7\n')).toEqual([{ a: '1', b: '2' }, '3,"4\n6,7\n']);
});

test('sound rows come as they are, wherever the bytes are cut', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é') });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell)), fc.integer({ min: 1, max: 9 }), async (rows, size) => {
      const lines = rows.map((row) => row.map((value) => encodeCell(value, ',')).join(','));
      const csv = ['a,b', ...lines, ''].join('\n');
      expect(await rowsIn(csv, size)).toEqual(rows.map(([a, b]) => ({ a, b })));
    }),
    { numRuns: 50 },
  );
});
