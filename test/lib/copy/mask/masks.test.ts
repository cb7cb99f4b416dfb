import { describe, expect, test } from 'vitest';
import { maskOf, valueDigest } from '../../../../src/lib/copy/mask/masks.js';
import { maskKinds, type MaskKind } from '../../../../src/lib/copy/plan/plan-file.js';
import { createHmac } from 'node:crypto';

const key = Buffer.from('a key of at least sixteen bytes');
const masked = (kind: MaskKind, value: string, { length = 255, of = key } = {}): string =>
  maskOf(kind, of, length)(value);

describe('a mask', () => {
  test.each(maskKinds.filter((kind) => kind !== 'clear'))(
    '(%s) makes equal values of equal ones, others of others, and others with another key',
    (kind) => {
      const values = ['Anna Schmidt', 'Anna Schmitt', 'Bernd Maier', '+49 170 1234567', '+49 170 1234568'];
      const once = values.map((value) => masked(kind, value));
      expect(values.map((value) => masked(kind, value))).toEqual(once);
      const ofKind = kind === 'phone' ? once.slice(3) : once.slice(0, 3);
      expect(new Set(ofKind).size).toBe(ofKind.length);
      expect(once.filter((value, index) => value === values[index])).toEqual([]);
      const other = values.map((value) =>
        masked(kind, value, { of: Buffer.from('another key of some bytes') }),
      );
      expect(other.filter((value, index) => value === once[index])).toEqual([]);
    },
  );

  test('of names takes them word by word, so that parts stay parts', () => {
    const [first, last] = [masked('name', 'Anna'), masked('name', 'Schmidt')];
    expect(masked('name', 'Anna Schmidt')).toBe(`${first} ${last}`);
    expect(first).toMatch(/^([A-Z][aeiou])([a-z][aeiou]){2,3}$/);
    expect(masked('name', 'de la Cruz')).toMatch(/^[a-z]+ [a-z]+ [A-Z][a-z]+$/);
  });

  test('of email gives addresses that nobody has, whatever the case of the value', () => {
    expect(masked('email', 'Ann@Acme.example')).toMatch(/^[0-9a-f]{16}@example\.invalid$/);
    expect(masked('email', 'Ann@Acme.example')).toBe(masked('email', ' ann@acme.EXAMPLE'));
  });

  test('of phones keeps their form', () => {
    expect(masked('phone', '+49 (0)170/12-34 ext. 5')).toMatch(/^\+\d\d \(\d\)\d{3}\/\d\d-\d\d \d{3}\. \d$/);
  });

  test('of texts keeps their form and length', () => {
    const value = 'Größe: 42, "Öl"\nand more';
    expect(masked('text', value)).toMatch(/^[A-Z][a-z]{4}: \d\d, "[A-Z][a-z]"\n[a-z]{3} [a-z]{4}$/);
    const long = 'word '.repeat(20_000);
    expect(masked('text', long, { length: 131_072 })).toHaveLength(long.trim().length);
  });

  test('fits into its field', () => {
    for (const kind of maskKinds)
      for (const length of [5, 20, 40])
        expect(
          masked(kind, 'Bartholomew Featherstone the third of his name', { length }).length,
        ).toBeLessThanOrEqual(length);
  });

  test('that clears leaves nothing', () => {
    expect(masked('clear', 'x')).toBe('');
  });
});

test.each([16, 32, 63, 64, 65, 1_000])(
  'a digest is the HMAC of the text, with a key of %i bytes',
  (length) => {
    const key = Buffer.from(Array.from({ length }, (_, index) => (index * 37) % 256));
    const digest = valueDigest(key);
    for (const text of ['', 'a', 'Größe 🙂', 'x'.repeat(10_000)]) {
      expect(digest(text).toString('hex')).toBe(createHmac('sha256', key).update(text).digest('hex'));
    }
  },
);
