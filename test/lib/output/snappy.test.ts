import fc from 'fast-check';
import { snappyUncompress } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { SnappyCompressor } from '../../../src/lib/output/snappy.js';

const snappy = new SnappyCompressor();

function roundTrip(bytes: Uint8Array): Uint8Array {
  const read = new Uint8Array(bytes.length);
  snappyUncompress(snappy.compress(bytes), read);
  return read;
}

/** Runs of one byte, pieces that came before, near or far, and bytes that did not. */
const block = fc
  .array(
    fc.oneof(
      fc.record({ byte: fc.nat(255), times: fc.nat(200) }),
      fc.record({ back: fc.nat(70_000), length: fc.nat(300) }),
      fc.uint8Array({ maxLength: 400 }),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => {
    const bytes: number[] = [];
    for (const piece of pieces) {
      if (piece instanceof Uint8Array) bytes.push(...piece);
      else if ('byte' in piece) bytes.push(...new Uint8Array(piece.times).fill(piece.byte));
      else for (let left = piece.length; left > 0; left--) bytes.push(bytes.at(-1 - piece.back) ?? 7);
    }
    return Uint8Array.from(bytes);
  });

describe('a block compressed as Snappy', () => {
  it('is read by another library as the bytes that it was made from', () => {
    fc.assert(
      fc.property(block, (bytes) => {
        expect(roundTrip(bytes)).toEqual(bytes);
      }),
    );
  });

  it.each([0, 1, 7, 8, 9, 59, 60, 61, 64, 65, 67, 68, 69, 255, 256, 257, 65_535, 65_536, 65_537, 1_100_000])(
    'of %i bytes is whole, whether nothing in it repeats or everything',
    (length) => {
      let state = 1;
      const random = Uint8Array.from({ length }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state >>> 16;
      });
      expect(Buffer.compare(roundTrip(random), random)).toBe(0);
      const same = new Uint8Array(length).fill(65);
      expect(Buffer.compare(roundTrip(same), same)).toBe(0);
      if (length > 1000) expect(snappy.compress(same).length).toBeLessThan(length / 15);
    },
  );
});
