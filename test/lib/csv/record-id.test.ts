import fc from 'fast-check';
import { expect, test } from 'vitest';
import { longId } from '../../../src/lib/api/identifiers.js';
import { readId, readLongId, writeId } from '../../../src/lib/csv/record-id.js';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ids = fc
  .array(fc.constantFrom(...digits.split('')), { minLength: 15, maxLength: 15 })
  .map((characters) => characters.join(''));

test('an id comes back as it was, from its long form too', () => {
  fc.assert(
    fc.property(ids, (id) => {
      const words = new Uint32Array(3);
      expect(writeId(id, words)).toBe(true);
      expect(readId(words)).toBe(id);
      expect(readLongId(words)).toBe(longId(id));
      expect(writeId(longId(id), words)).toBe(true);
      expect(readId(words)).toBe(id);
    }),
  );
});

test('ids that differ in case alone are different', () => {
  const one = new Uint32Array(3);
  const other = new Uint32Array(3);
  writeId('001Lo0000000abc', one);
  writeId('001Lo0000000abC', other);
  expect(one).not.toEqual(other);
});

test.each([
  '',
  '001Lo0000000ab',
  '001Lo0000000ab-',
  '001Lo0000000abcIA',
  '001Lo0000000abcI-A',
  'ä01Lo0000000abc',
])('"%s" is no id', (text) => {
  expect(writeId(text, new Uint32Array(3))).toBe(false);
});

test('the long form is the one that the service writes', () => {
  expect(longId('0015e00000AbCdE')).toBe('0015e00000AbCdEAAV');
});

test('an id of 18 characters whose case has been changed is none', () => {
  const words = new Uint32Array(3);
  expect(writeId('001Sr000000000bIAA', words)).toBe(true);
  for (const changed of ['001Sr000000000BIAA', '001SR000000000BIAA', '001sr000000000biaa'])
    expect(writeId(changed, words)).toBe(false);
});
