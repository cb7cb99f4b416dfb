import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCell } from '../../../src/lib/csv/encode-cell.js';
import { gather } from '../../../src/lib/gather.js';
import { readRows } from '../../../src/lib/csv/read-rows.js';

async function* cut(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

test('rows come back as they were written, wherever the bytes are cut', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ';', '"', '\n', 'ü', '😀', ' ') });
  const rows = fc.array(fc.tuple(cell, cell), { maxLength: 450 });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 50 }), async (values, size) => {
      const lines = [['A', 'B'], ...values].map((row) =>
        row.map((value) => encodeCell(value, ';')).join(';'),
      );
      const read = await gather(readRows(cut(lines.map((line) => `${line}\n`).join(''), size), ';'));
      expect(read).toEqual(values.map(([A, B]) => ({ A, B })));
    }),
    { numRuns: 50 },
  );
});

test('no bytes are no rows', async () => {
  expect(await gather(readRows(cut('', 1), ','))).toEqual([]);
});

test('the source is closed when the reader stops early', async () => {
  let isClosed = false;
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      yield Buffer.from('A\n');
      for (;;) yield await Promise.resolve(Buffer.from('1\n'.repeat(300)));
    } finally {
      isClosed = true;
    }
  }
  for await (const row of readRows(endless(), ',')) if (row.A === '1') break;
  expect(isClosed).toBe(true);
});
