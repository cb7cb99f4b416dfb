import { describe, expect, test } from 'vitest';
import { conversionFor } from '../../../src/lib/formats/conversion.js';
import { ConversionAgain, readerAgain } from '../../../src/lib/formats/convert-again.js';
import type { ValueFormats } from '../../../src/lib/formats/value-formats.js';

function again(type: string, formats: ValueFormats): ConversionAgain {
  return new ConversionAgain(type, conversionFor(type, formats)!);
}

describe('what a load has converted is not converted a second time', () => {
  test.each([
    ['double', { decimalSeparator: ',' }, ['1,125', '0,125', '1.234.567,5', '12,5', '7', '-3']],
    ['double', { decimalSeparator: '.' }, ['1.125', '1,234.5', "12'000", '7']],
    ['date', { dates: ['d.M.yyyy'] }, ['9.9.2026', '31.12.2026', '2026-01-02']],
    ['datetime', { dates: ['d.M.yyyy H:mm'], timeZone: 'Europe/Berlin' }, ['9.9.2026 8:00']],
    ['boolean', { booleanWords: true }, ['yes', 'n', '1', 'true', 'off']],
  ] as const)('of type %s with %j', (type, formats, values) => {
    const first = conversionFor(type, formats)!;
    for (const value of values) {
      const once = first.convert(value) ?? value;
      const twice = again(type, formats).convert(once) ?? once;
      expect(twice === once || twice.startsWith(`${once} or `), `${value}, ${once}, ${twice}`).toBe(true);
      if (twice !== once) expect(again(type, formats).doubtOf(once)?.written).toBe(once);
    }
  });
});

test('cells that a person has written in the form of the input are converted', () => {
  expect(again('double', { decimalSeparator: ',' }).convert(' 1.234,5')).toBe('1234.5');
  expect(again('double', { decimalSeparator: ',' }).convert('1.234.567')).toBe('1234567');
  expect(again('date', { dates: ['d.M.yyyy'] }).convert('9.9.2026')).toBe('2026-09-09');
  expect(again('boolean', { booleanWords: true }).convert('Yes')).toBe('true');
  const zoned = again('datetime', { dates: ['yyyy-MM-dd'], timeZone: 'Europe/Berlin' });
  expect(zoned.convert('2026-07-31')).toBe('2026-07-30T22:00:00.000Z');
});

test('a cell that may be one of two values becomes neither, and what it may be is said', () => {
  const numbers = again('currency', { decimalSeparator: ',' });
  expect(numbers.convert('1.125')).toBe('1.125 or 1125');
  expect(numbers.doubtOf('1.125')?.way).toMatch(/Write 1,125 or 1125/);
  expect(numbers.doubtOf('1.25')).toBeUndefined();
  const days = again('date', { dates: ['yyyy-dd-MM'] });
  expect(days.convert('2026-03-04')).toBe('2026-03-04 or 2026-04-03');
  expect(days.convert('2026-04-04')).toBe('2026-04-04');
  expect(numbers.example).toBeUndefined();
});

test('bytes are left to the text, which alone tells what was converted before', () => {
  const bytes = Buffer.from('1.125');
  const to = { bytes: new Uint8Array(20), length: 0 };
  expect(again('double', { decimalSeparator: ',' }).convertBytes(bytes, 0, bytes.length, to)).toBe(false);
});

test('both values of a cell are told, where they differ', () => {
  const read = readerAgain('double', conversionFor('double', { decimalSeparator: ',' })!);
  expect(read('1.125 ')).toEqual({ written: '1.125', typed: '1125' });
  expect(read('1125')).toEqual({ written: '1125' });
  expect(read('1,125')).toBeUndefined();
});
