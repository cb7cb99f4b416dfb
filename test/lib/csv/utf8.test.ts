import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstInvalidUtf8, wholeCharactersEnd } from '../../../src/lib/csv/utf8.js';
import { runs } from './csv-text.ts';

/** Bytes that matter to UTF-8, mostly of broken characters. */
const byte = fc.constantFrom(
  ...[
    0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
    0xff,
  ],
);

describe('firstInvalidUtf8', () => {
  it('finds the first byte after which text cannot go on', () => {
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 8 }), (values) => {
        const bytes = Buffer.from(values);
        const at = firstInvalidUtf8(bytes, 0, bytes.length);
        expect(at === -1).toBe(isUtf8(bytes));
        if (at !== -1) {
          expect(isUtf8(bytes.subarray(0, at))).toBe(true);
          const replaced = bytes.subarray(at).toString();
          expect(replaced.startsWith('\ufffd')).toBe(true);
        }
      }),
      runs(5000),
    );
  });
});

describe('wholeCharactersEnd', () => {
  it('leaves out a character that the range cuts off, and nothing else', () => {
    const bytes = Buffer.from('aé€🐝b');
    const ends = Array.from({ length: bytes.length + 1 }, (_, to) => wholeCharactersEnd(bytes, 0, to));
    expect(ends).toEqual([0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11]);
  });

  it('takes bytes that start no character for whole: they are refused at once', () => {
    expect(wholeCharactersEnd(Buffer.from([0x80, 0x80, 0x80, 0x80]), 0, 4)).toBe(4);
  });
});
