import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dictionaryOf, type PlainBytes } from '../../../src/lib/output/parquet-dictionary.js';

function plainTexts(texts: readonly string[]): PlainBytes {
  const bytes = Buffer.concat(
    texts.map((text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(Buffer.byteLength(text));
      return Buffer.concat([length, Buffer.from(text)]);
    }),
  );
  return { bytes, count: texts.length, width: undefined };
}

function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at);
    texts.push(bytes.toString('utf8', at + 4, end));
    at = end;
  }
  return texts;
}

describe('the dictionary of a column', () => {
  it('has each value once, and gives back the column', () => {
    const few = fc.array(fc.string({ maxLength: 30 }), { minLength: 1, maxLength: 12 });
    const column = few.chain((values) => fc.array(fc.constantFrom(...values), { maxLength: 3000 }));
    fc.assert(
      fc.property(column, (texts) => {
        const dictionary = dictionaryOf(plainTexts(texts));
        if (dictionary === undefined) return;
        const values = textsOf(dictionary.bytes);
        expect(new Set(values).size).toBe(values.length);
        expect(dictionary.count).toBe(values.length);
        expect(Array.from(dictionary.indexes, (index) => values[index])).toEqual(texts);
        expect(2 ** dictionary.bitWidth).toBeGreaterThanOrEqual(values.length);
      }),
    );
  });

  it('is made where it halves the column at least', () => {
    const states = Array.from({ length: 5000 }, (_, row) => ['Open', 'Closed', 'Aborted'][row % 3]!);
    expect(dictionaryOf(plainTexts(states))).toMatchObject({ count: 3, bitWidth: 2 });
    const numbers = Buffer.alloc(8 * 5000);
    for (let row = 0; row < 5000; row++) numbers.writeDoubleLE(row % 50, 8 * row);
    expect(dictionaryOf({ bytes: numbers, count: 5000, width: 8 })).toMatchObject({ count: 50, bitWidth: 6 });
  });

  it.each([
    ['no value', []],
    ['values that are all distinct', Array.from({ length: 5000 }, (_, row) => `Record ${row}`)],
    ['values that come twice', Array.from({ length: 5000 }, (_, row) => `Record ${row >> 1}`)],
  ])('is not made for %s', (_, texts) => {
    expect(dictionaryOf(plainTexts(texts))).toBeUndefined();
  });
});
