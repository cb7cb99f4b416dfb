import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordTexts } from '../../../src/lib/csv/cells.js';
import { RecordTokenizer, type RecordFault } from '../../../src/lib/csv/record-tokenizer.js';
import { streamWindows } from '../../../src/lib/csv/windows.js';
import { chunksOf, csvText, runs } from './csv-text.ts';
import { parseByOracle } from './oracle.ts';

type Reading = { records: string[][]; faults: Array<RecordFault | undefined> };

/** Reads a text that arrives in chunks of one length. */
async function read(text: string, delimiter: string, chunkLength: number): Promise<Reading> {
  const tokenizer = new RecordTokenizer(delimiter);
  const reading: Reading = { records: [], faults: [] };
  const input = Readable.from(chunksOf(Buffer.from(text), chunkLength));
  for await (const window of streamWindows(input)) {
    let at = window.from;
    while (at < window.to) {
      const next = tokenizer.next(window.bytes, at, window);
      if (next === -1) break;
      at = next;
      if (tokenizer.isBlankLine) continue;
      reading.records.push(recordTexts(tokenizer));
      reading.faults.push(tokenizer.fault);
    }
    window.consumed = at;
  }
  return reading;
}

const whole = 1_000_000;

describe('RecordTokenizer', () => {
  it('finds the records and cells that csv-parse finds, whatever the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        csvText({ hasBlankLines: true }),
        fc.integer({ min: 1, max: 7 }),
        async (csv, length) => {
          const { records, faults } = await read(csv.text, csv.delimiter, length);
          expect(records).toEqual(parseByOracle(csv.text, csv));
          expect(records).toEqual(csv.rows);
          expect(faults.every((fault) => fault === undefined)).toBe(true);
        },
      ),
      runs(400),
    );
  });

  it('agrees with csv-parse on which texts are sound, and on their cells', async () => {
    const soup = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r\n', 'a'), maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(soup, fc.integer({ min: 1, max: 4 }), async (text, length) => {
        const { records, faults } = await read(text, ',', length);
        const isSound = faults.every((fault) => fault === undefined);
        let expected: string[][] | undefined;
        try {
          expected = parseByOracle(text, { delimiter: ',', relax_column_count: true });
        } catch {
          expected = undefined;
        }
        expect(isSound ? records : undefined).toEqual(expected);
      }),
      runs(3000),
    );
  });

  it('reads the same from faulty texts at every chunk length', async () => {
    const soup = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', 'é'), maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(soup, fc.integer({ min: 1, max: 4 }), async (text, length) => {
        expect(await read(text, ',', length)).toEqual(await read(text, ',', whole));
      }),
      runs(1000),
    );
  });

  it.each<[string, RecordFault, number]>([
    ['a,5" pipe', 'unescaped-quote', 1],
    ['a, "b"', 'unescaped-quote', 1],
    ['"a"b,c', 'text-after-quote', 0],
    ['"a" ,c', 'text-after-quote', 0],
    ['a,"b', 'unterminated-quote', 1],
    ['a,"b\n', 'unterminated-quote', 1],
    ['a,b\rc,d', 'lone-carriage-return', 1],
    ['a,"b"\rc', 'lone-carriage-return', 1],
    ['a,b\r', 'lone-carriage-return', 1],
    ['a"b,"c"d', 'unescaped-quote', 0],
  ])('names what is wrong with %j', (text, fault, cell) => {
    const tokenizer = new RecordTokenizer(',');
    tokenizer.next(Buffer.from(text), 0, { to: text.length, isEnd: true });
    expect([tokenizer.fault, tokenizer.faultCell]).toEqual([fault, cell]);
  });

  it('goes on after a stray quote at the next delimiter', async () => {
    const { records } = await read('5" pipe,b\n"x"y,d\n', ',', whole);
    expect(records).toEqual([
      ['5" pipe', 'b'],
      ['x"y', 'd'],
    ]);
  });

  it('counts line endings inside quotes apart from those that end records', () => {
    const tokenizer = new RecordTokenizer(',');
    const bytes = Buffer.from('"a\nb","c\r\nd\r"\r\n');
    tokenizer.next(bytes, 0, { to: bytes.length, isEnd: true });
    expect(tokenizer).toMatchObject({ quotedLf: 1, quotedCrlf: 1, terminatorBytes: 2 });
  });

  it('counts cells beyond the service limit without keeping them', () => {
    const tokenizer = new RecordTokenizer(',');
    const bytes = Buffer.from(','.repeat(6000));
    tokenizer.next(bytes, 0, { to: bytes.length, isEnd: true });
    expect([tokenizer.count, tokenizer.starts.length]).toEqual([6001, 5003]);
  });
});
