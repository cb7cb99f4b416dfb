import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginning, countRows, type RowPosition } from '../../../src/lib/csv/count-rows.js';
import { chunksOf, csvText, runs } from './csv-text.ts';
import { parseByOracle } from './oracle.ts';

function countChunks(bytes: Buffer, chunkLength: number): RowPosition {
  return [...chunksOf(bytes, chunkLength)].reduce((position, chunk) => countRows(chunk, position), beginning);
}

/** Bytes that say little else than where records end, and such as differ from those in one bit. */
const harsh = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', '"', '\n', '\r', '\r\n', '","', 'x'.repeat(70)),
      fc.constantFrom('\x0b', '\x08', '\x8a', '\xa2', '#', ' ', '\0', '\xff'),
    ),
    { maxLength: 80 },
  )
  .map((pieces) => Buffer.from(pieces.join(''), 'latin1'));

describe('counting rows', () => {
  it('finds the records that csv-parse finds', () => {
    fc.assert(
      fc.property(csvText({ hasBlankLines: true }), fc.integer({ min: 1, max: 200 }), (csv, length) => {
        const text = `${csv.text}\n`;
        expect(countChunks(Buffer.from(text), length).rows).toBe(parseByOracle(text, csv).length);
      }),
      runs(300),
    );
  });

  it('makes the same of the bytes however they are cut', () => {
    fc.assert(
      fc.property(harsh, fc.integer({ min: 1, max: 150 }), (bytes, length) => {
        expect(countChunks(bytes, length)).toEqual(countRows(bytes, beginning));
      }),
      runs(600),
    );
  });

  it('makes the same of the bytes wherever in memory they lie', () => {
    fc.assert(
      fc.property(harsh, fc.integer({ min: 0, max: 7 }), (bytes, offset) => {
        const memory = Buffer.alloc(offset + bytes.length, '"');
        bytes.copy(memory, offset);
        expect(countRows(memory.subarray(offset), beginning)).toEqual(countChunks(bytes, 1));
      }),
      runs(600),
    );
  });

  it.each([
    ['a line', 'a\n', { rows: 1, isQuoted: false, pendingBytes: 0, lastByte: 0x0a }],
    ['lines with nothing on them', 'a\n\n\r\n\nb\r\n', { rows: 2, pendingBytes: 0 }],
    ['a carriage return with something before it', '\na\r\n', { rows: 1, pendingBytes: 0 }],
    ['a line ending in quotes', '"a\n', { rows: 0, isQuoted: true, pendingBytes: 3 }],
    ['quotes in quotes', '"a""\n""b"\n"', { rows: 1, isQuoted: true, pendingBytes: 1 }],
    ['a row that is not there whole', 'a\nbc', { rows: 1, isQuoted: false, pendingBytes: 2, lastByte: 0x63 }],
  ])('knows where it stands after %s', (_, text, position) => {
    expect(countChunks(Buffer.from(text), 1)).toMatchObject(position);
  });

  it('stays where it is when nothing comes', () => {
    const before = countRows(Buffer.from('a\n"b'), beginning);
    expect(countRows(Buffer.alloc(0), before)).toEqual(before);
  });
});
