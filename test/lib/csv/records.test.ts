import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../../src/lib/csv/records.js';
import { Bulk2Error } from '../../../src/lib/errors.js';
import { chunksOf, csvText, runs } from './csv-text.ts';
import { gather } from './gather.ts';

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
