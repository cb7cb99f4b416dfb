import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delimiters, lineEndings, type DelimiterName, type LineEndingName } from '../../csv/dialect.ts';
import { javaDouble } from '../../csv/java-double.ts';
import { CsvStructureError, readRecords } from '../../csv/read-records.ts';
import { RecordEnds } from '../../csv/record-ends.ts';
import { RowCounter } from '../../csv/row-counter.ts';

/** Cuts a text or a buffer into pieces of the given lengths, over and over. */
function pieces<T extends string | Buffer>(whole: T, lengths: readonly number[]): T[] {
  const all: T[] = [];
  for (let at = 0, turn = 0; at < whole.length; turn++) {
    const end = at + lengths[turn % lengths.length]!;
    all.push(whole.slice(at, end) as T);
    at = end;
  }
  return all;
}

const lengths = fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 4 });

async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

describe('reading uploads', () => {
  it('gives back what another library wrote, in every dialect, wherever the pieces end', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', '😀', '"', ',', ';', '|', '^', '`', '\t', '\n', '\r', ' '),
      maxLength: 6,
    });
    const rows = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    const delimiterName = fc.constantFrom(...(Object.keys(delimiters) as DelimiterName[]));
    const lineEndingName = fc.constantFrom(...(Object.keys(lineEndings) as LineEndingName[]));
    await fc.assert(
      fc.asyncProperty(
        rows,
        delimiterName,
        lineEndingName,
        lengths,
        async (written, delimiter, lineEnding, cuts) => {
          const dialect = { delimiter: delimiters[delimiter], newline: lineEndings[lineEnding] };
          const text = stringify(written, {
            delimiter: dialect.delimiter,
            record_delimiter: dialect.newline,
            quoted: true,
            quoted_empty: true,
          });
          const read: string[][] = [];
          for await (const records of readRecords(stream(pieces(text, cuts)), dialect)) {
            for (const { cells, problem } of records) {
              expect(problem).toBeUndefined();
              read.push([...cells]);
            }
          }
          expect(read).toEqual(written);
        },
      ),
    );
  });

  it('keeps each record’s text as it stands in the file', async () => {
    const text = 'a, b \n"c","d ""e"""\n"f\ng",h';
    const raw: string[] = [];
    for await (const records of readRecords(stream(pieces(text, [3])), { delimiter: ',', newline: '\n' })) {
      raw.push(...records.map((record) => record.raw));
    }
    expect(raw).toEqual(['a, b ', '"c","d ""e"""', '"f\ng",h']);
  });

  it('refuses a line ending of the other kind outside of quotes', async () => {
    const read = async (text: string, newline: string): Promise<void> => {
      for await (const _records of readRecords(stream([text]), { delimiter: ',', newline }))
        expect(_records).toBeDefined();
    };
    await expect(read('a,"b"\r\n', '\n')).rejects.toThrow(CsvStructureError);
    await expect(read('a,b\n', '\r\n')).rejects.toThrow(CsvStructureError);
    await read('a,"b\n"\r\n', '\r\n');
  });
});

describe('counting records', () => {
  const bytes = fc
    .string({ unit: fc.constantFrom('a', '"', '\n', 'é', ' ', '!', '#'), maxLength: 60 })
    .map((text) => Buffer.from(text));

  it('finds the same ends as looking at one byte at a time, wherever the chunks end', () => {
    fc.assert(
      fc.property(bytes, lengths, fc.integer({ min: 0, max: 3 }), (content, cuts, shift) => {
        const expected: number[] = [];
        let quoted = false;
        for (const [at, byte] of content.entries()) {
          if (byte === 0x22) quoted = !quoted;
          else if (byte === 0x0a && !quoted) expected.push(at + 1);
        }
        const found: number[] = [];
        const ends = new RecordEnds();
        let before = 0;
        for (const piece of pieces(content, cuts)) {
          // Another alignment in memory than the start of a buffer.
          const moved = Buffer.concat([Buffer.alloc(shift), piece]).subarray(shift);
          for (const end of ends.scan(moved)) found.push(before + end);
          before += piece.length;
        }
        expect(found).toEqual(expected);
      }),
    );
  });

  it('counts rows without the header and remembers where each block begins', () => {
    const counter = new RowCounter(2);
    for (const piece of pieces(Buffer.from('H\n1\n"2\n2"\n3\n4\n5'), [4])) counter.push(piece);
    expect(counter.finish()).toEqual({
      headerBytes: 2,
      bytes: 15,
      rows: 5,
      blocks: [
        { offset: 2, rows: 2 },
        { offset: 10, rows: 2 },
        { offset: 14, rows: 1 },
      ],
    });
  });
});

describe('numbers as the service writes them', () => {
  it.each([
    [912260031, '9.12260031E8'],
    [99213206, '9.9213206E7'],
    [16147805824397, '1.6147805824397E13'],
    [10_000_000, '1.0E7'],
    [9_999_999, '9999999.0'],
    [-12.5, '-12.5'],
    [0, '0.0'],
    [0.001, '0.001'],
    [0.0001, '1.0E-4'],
  ])('%d is %s', (value, text) => {
    expect(javaDouble(value)).toBe(text);
  });

  it('always reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(javaDouble(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
