import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainNumber } from '../../../src/lib/output/plain-number.js';

test.each([
  ['1.6E13', '16000000000000'],
  ['-4.5E-5', '-0.000045'],
  ['9.9213206E7', '99213206'],
  ['1.0E-3', '0.001'],
  ['1.25E1', '12.5'],
  ['0.0E0', '0'],
  ['1e+21', '1000000000000000000000'],
  ['0.0', '0'],
  ['-12345.0', '-12345'],
  ['5.00', '5.00'],
  ['1.0.0', '1.0.0'],
  ['12.50', '12.50'],
  ['', ''],
  ['1.6E13 EUR', '1.6E13 EUR'],
  ['1E999999999', '1E999999999'],
])('%s is written as %s', (text, plain) => {
  expect(plainNumber(text)).toBe(plain);
});

test('any number keeps its value, and has no exponent', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const plain = plainNumber(value.toExponential().toUpperCase());
      expect(plain).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Math.abs(Number(plain))).toBe(Math.abs(value));
    }),
  );
});
