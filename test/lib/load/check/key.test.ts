import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DescribeField } from '../../../../src/lib/api/types.js';
import { KeyHasher, keyKind, keyText, type KeyKind } from '../../../../src/lib/load/check/key.js';
import { fakeField } from '../../describe/fake-describe.ts';
import { record } from './records.ts';

function hashOf(cell: string, kind: KeyKind): string | undefined {
  const hasher = new KeyHasher(kind);
  return hasher.hash(record('before', cell, 'after'), 1) ? `${hasher.high}:${hasher.low}` : undefined;
}

const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;

describe('keys the service takes for the same', () => {
  test.each<[KeyKind, string, string]>([
    ['id', '001000000000001', '001000000000001AAA'],
    ['any-case', 'ACME-1', 'acme-1'],
    ['any-case', 'ÉTÉ', 'été'],
    ['any-case', 'a"B', 'A"b'],
    ['number', '5', '5.0'],
    ['number', '0', '0.00'],
    ['number', '12', ' 012 '],
    ['number', '1e3', '1000'],
    ['number', '9.12260031E8', '912260031'],
  ])('%s: %s and %s', (kind, a, b) => {
    expect(keyText(a, kind)).toBe(keyText(b, kind));
    expect(hashOf(quote(a), kind)).toBe(hashOf(quote(b), kind));
  });
});

describe('keys the service tells apart', () => {
  test.each<[KeyKind, string, string]>([
    ['id', '001000000000001', '00100000000000l'],
    ['id', '00100000000000a', '00100000000000A'],
    ['exact', 'ACME-1', 'acme-1'],
    ['any-case', 'a', 'b'],
    ['number', '1', '2'],
    ['number', 'x1', 'x2'],
  ])('%s: %s and %s', (kind, a, b) => {
    expect(keyText(a, kind)).not.toBe(keyText(b, kind));
    expect(hashOf(a, kind)).not.toBe(hashOf(b, kind));
  });
});

test.each(['', '""', '#N/A', '"#N/A"'])('a cell with %s holds no key', (cell) => {
  expect(hashOf(cell, 'any-case')).toBeUndefined();
});

test('a cell that a short row lacks holds no key', () => {
  // Scanned records share their arrays, so offsets of an earlier record may be there.
  const short = { ...record('a', 'b'), count: 1 };
  expect(new KeyHasher('id').hash(short, 1)).toBe(false);
});

test.each<[string, Partial<DescribeField> & { readonly caseSensitive?: boolean }, KeyKind]>([
  ['id', { type: 'id' }, 'id'],
  ['text', {}, 'any-case'],
  ['text with case', { caseSensitive: true }, 'exact'],
  ['number', { type: 'double' }, 'number'],
])('the kind of a key of %s follows from its field', (_, more, kind) => {
  expect(keyKind(fakeField('Key__c', more))).toBe(kind);
});

test('cells hash the same exactly when their texts are the same', () => {
  const kinds = fc.constantFrom<KeyKind>('id', 'exact', 'any-case', 'number');
  const value = fc.oneof(
    fc.string({
      unit: fc.constantFrom('a', 'A', 'é', 'É', '"', '0', '1', '.', 'K', 'k', ' '),
      minLength: 1,
      maxLength: 20,
    }),
    fc.double().map(String),
    fc.integer().map(String),
    fc.string({ unit: 'grapheme', minLength: 1 }),
  );
  fc.assert(
    fc.property(kinds, value, value, (kind, a, b) => {
      const same = keyText(a, kind) === keyText(b, kind);
      expect(hashOf(quote(a), kind) === hashOf(quote(b), kind)).toBe(same);
    }),
    { numRuns: 2000 },
  );
});
