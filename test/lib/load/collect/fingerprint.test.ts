import { expect, it } from 'vitest';
import { Fingerprint } from '../../../../src/lib/load/collect/fingerprint.js';

function hashOf(...cells: string[]): string {
  const hash = new Fingerprint().reset();
  for (const cell of cells) {
    const bytes = Buffer.from(cell);
    hash.addCell(bytes, 0, bytes.length);
  }
  return `${hash.high}-${hash.low}`;
}

it('is the same for a cell with and without quotes', () => {
  expect(hashOf('"say ""hi"", all"')).not.toBe(hashOf('"say ""ho"", all"'));
  expect(hashOf('"Acme"', 'x')).toBe(hashOf('Acme', '"x"'));
  expect(hashOf('""')).toBe(hashOf(''));
});

it('does not see the style of line endings inside a value', () => {
  expect(hashOf('"one\r\ntwo"')).toBe(hashOf('"one\ntwo"'));
  expect(hashOf('"one\ntwo"')).not.toBe(hashOf('"onetwo"'));
});

it('tells apart where one value ends and the next begins', () => {
  expect(hashOf('ab', 'c')).not.toBe(hashOf('a', 'bc'));
  expect(hashOf('ab', '')).not.toBe(hashOf('', 'ab'));
});

it('counts an ASCII text as the cell of its bytes', () => {
  const text = new Fingerprint().reset().addText('9.12E8');
  expect(`${text.high}-${text.low}`).toBe(hashOf('9.12E8'));
});

it('gives similar values different hashes, in each half as rarely equal as chance would have it', () => {
  const count = 200_000;
  const seen = new Set<string>();
  const lows = new Set<number>();
  const highs = new Set<number>();
  const hash = new Fingerprint();
  for (let value = 0; value < count; value++) {
    hash
      .reset()
      .addText(`EXT-${value}`)
      .addText(String(value % 7));
    seen.add(`${hash.high}-${hash.low}`);
    lows.add(hash.low);
    highs.add(hash.high);
  }
  expect(seen.size).toBe(count);
  // About 5 of 200,000 values in 32 bits meet another.
  expect(count - lows.size).toBeLessThan(30);
  expect(count - highs.size).toBeLessThan(30);
});
