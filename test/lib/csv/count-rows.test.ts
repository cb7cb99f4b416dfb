import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import loadWabt from 'wabt';
import { countRowsByWord } from '../../../src/lib/csv/count-rows-by-word.js';
import { vectorCounter } from '../../../src/lib/csv/count-rows-by-vector.js';
import { countRowsWasm } from '../../../src/lib/csv/count-rows-wasm.js';
import { beginning, type CountRows, type RowPosition } from '../../../src/lib/csv/row-position.js';
import { chunksOf, csvText, runs } from './csv-text.ts';
import { parseByOracle } from './oracle.ts';

const folder = new URL('../../../src/lib/csv/', import.meta.url);

const byVector = vectorCounter() as CountRows;

/** What counting byte by byte, as one would at first, makes of it. */
const byByte: CountRows = (chunk, before) => {
  let { rows, isQuoted, pendingBytes, lastByte } = before;
  for (const byte of chunk) {
    if (byte === 0x22) isQuoted = !isQuoted;
    if (byte === 0x0a && !isQuoted) {
      if (pendingBytes > 1 || (pendingBytes === 1 && lastByte !== 0x0d)) rows++;
      pendingBytes = 0;
    } else pendingBytes++;
    lastByte = byte;
  }
  return { rows, isQuoted, pendingBytes, lastByte };
};

function positions(count: CountRows, bytes: Buffer, chunkLength: number): RowPosition[] {
  let position = beginning;
  return [...chunksOf(bytes, chunkLength)].map((chunk) => {
    position = count(chunk, position);
    return position;
  });
}

/** Bytes that say little else than where records end. */
const harsh = fc
  .array(fc.constantFrom('a', '"', '\n', '\r', '\r\n', 'ö', '","', 'x'.repeat(70)), { maxLength: 80 })
  .map((pieces) => Buffer.from(pieces.join('')));

describe.each([
  { name: 'by vector', count: byVector },
  { name: 'by word', count: countRowsByWord },
])('counting rows $name', ({ count }) => {
  it('finds the records that csv-parse finds', () => {
    fc.assert(
      fc.property(csvText({ hasBlankLines: true }), fc.integer({ min: 1, max: 200 }), (csv, length) => {
        const text = `${csv.text}\n`;
        expect(positions(count, Buffer.from(text), length).at(-1)?.rows).toBe(
          parseByOracle(text, csv).length,
        );
      }),
      runs(300),
    );
  });

  it('stands after each chunk where counting byte by byte stands', () => {
    fc.assert(
      fc.property(harsh, fc.integer({ min: 1, max: 150 }), (bytes, length) => {
        expect(positions(count, bytes, length)).toEqual(positions(byByte, bytes, length));
      }),
      runs(600),
    );
  });

  it('stands there after chunks that are longer than what it takes at once', () => {
    const bytes = Buffer.from('"a","b ""c""\r\n\n"\n\r\n\n1,"2\n"\r\n'.repeat(40_000));
    for (const length of [256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, bytes.length]) {
      expect(positions(count, bytes, length)).toEqual(positions(byByte, bytes, length));
    }
  });

  it('stays where it is when nothing comes', () => {
    const before = count(Buffer.from('a\n"b'), beginning);
    expect(count(Buffer.alloc(0), before)).toEqual(before);
  });
});

describe('the WebAssembly', () => {
  it('is what its source says: run `npm run wasm` after a change', async () => {
    const wabt = await loadWabt();
    const source = await readFile(new URL('count-rows.wat', folder), 'utf8');
    const { buffer } = wabt.parseWat('count-rows.wat', source, { simd: true }).toBinary({});
    expect(Buffer.from(buffer).toString('base64')).toBe(countRowsWasm);
  });
});
