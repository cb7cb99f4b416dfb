import fc from 'fast-check';
import { expect, test, describe, it } from 'vitest';
import { encodeCell } from '../../../src/lib/csv/cells.js';
import { gather } from '../../../src/lib/parallel.js';
import { readRows, readUploadedRows, readRecords } from '../../../src/lib/csv/read-rows.js';
import { Readable } from 'node:stream';
import { Bulk2Error } from '../../../src/lib/errors.js';
import { chunksOf, csvText, runs } from './csv-text.ts';

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

const streamOf = (text: string, chunkLength = 3): Readable =>
  Readable.from(chunksOf(Buffer.from(text), chunkLength));

describe('readRecords', () => {
  it('gives the values of every record, header first', async () => {
    await fc.assert(
      fc.asyncProperty(
        csvText({ hasBlankLines: true }),
        fc.integer({ min: 1, max: 9 }),
        async (csv, length) => {
          expect(await gather(readRecords(streamOf(csv.text, length), csv))).toEqual(csv.rows);
        },
      ),
      runs(100),
    );
  });

  it('refuses what is not CSV', async () => {
    await expect(gather(readRecords(streamOf('A,B\n1,"2\n')))).rejects.toThrow(Bulk2Error);
    await expect(gather(readRecords(streamOf('A,B\n1\n')))).rejects.toThrow('not valid CSV');
  });

  it('passes on the error of its input', async () => {
    function* broken(): Generator<Buffer> {
      yield Buffer.from('A\n1\n');
      throw new Error('the line went dead');
    }
    await expect(gather(readRecords(Readable.from(broken())))).rejects.toThrow('the line went dead');
  });

  it('stops its input when the caller stops, having read little ahead', async () => {
    let chunks = 0;
    let isClosed = false;
    function* endless(): Generator<Buffer> {
      try {
        for (;;) {
          chunks++;
          yield Buffer.from('1,2\n'.repeat(1000));
        }
      } finally {
        isClosed = true;
      }
    }
    for await (const record of readRecords(Readable.from(endless()))) {
      expect(record).toEqual(['1', '2']);
      break;
    }
    expect(chunks).toBeLessThan(50);
    await expect.poll(() => isClosed).toBe(true);
  });
});
