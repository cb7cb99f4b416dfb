import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { conversionFor } from '../../../src/lib/formats/conversion.js';
import type { ValueFormats } from '../../../src/lib/formats/value-formats.js';

const convert = (type: string, formats: ValueFormats, text: string): string | undefined =>
  conversionFor(type, formats)?.convert(text);

describe('dates', () => {
  test.each<[string, string, string | undefined]>([
    ['dd.MM.yyyy', '31.12.2026', '2026-12-31'],
    ['d.M.yyyy', '1.2.2026', '2026-02-01'],
    ['dd.MM.yyyy', '1.2.2026', undefined],
    ['MM/dd/yyyy', '12/31/2026', '2026-12-31'],
    ['M/d/yy', '2/3/49', '2049-02-03'],
    ['M/d/yy', '2/3/50', '1950-02-03'],
    ['dd-MMM-yyyy', '05-Mar-2026', '2026-03-05'],
    ['dd-MMM-yyyy', '05-Mrz-2026', undefined],
    ["d 'of' MMM yyyy", '5 of MAR 2026', '2026-03-05'],
    ['dd.MM.yyyy', '31.02.2026', undefined],
    ['dd.MM.yyyy', '29.02.2024', '2024-02-29'],
    ['dd.MM.yyyy', '12/31/2026', undefined],
    ['dd.MM.yyyy', ' 31.12.2026 ', '2026-12-31'],
    ['dd.MM.yyyy', '2026-12-31', '2026-12-31'],
    ['dd.MM.yyyy HH:mm', '31.12.2026 23:59', '2026-12-31'],
  ])('%s reads %s as %s', (pattern, text, day) => {
    expect(convert('date', { dates: [pattern] }, text)).toBe(day);
  });

  test('years below 100 are those years, and not of the last century', () => {
    const dates = ['dd.MM.yyyy HH:mm'];
    expect(convert('datetime', { dates, timeZone: 'UTC' }, '01.01.0001 00:00')).toBe(
      '0001-01-01T00:00:00.000Z',
    );
    expect(convert('datetime', { dates, timeZone: 'UTC' }, '31.12.0099 10:00')).toBe(
      '0099-12-31T10:00:00.000Z',
    );
    const withOffset = { dates: ['dd.MM.yyyy HH:mm XXX'] };
    expect(convert('datetime', withOffset, '01.01.0050 00:00 +01:00')).toBe('0049-12-31T23:00:00.000Z');
  });

  test('a time that is in a year of five digits in UTC is none', () => {
    const formats = { dates: ['MM/dd/yyyy HH:mm'], timeZone: 'America/New_York' };
    expect(convert('datetime', formats, '12/31/9999 23:59')).toBeUndefined();
  });

  test('what several patterns read differently has no conversion, and says what it can be', () => {
    const conversion = conversionFor('date', { dates: ['d/M/yyyy', 'M/d/yyyy', 'dd/MM/yyyy'] });
    expect(conversion?.convert('1/2/2026')).toBeUndefined();
    expect(conversion?.readingsOf('1/2/2026')).toBe('2026-02-01 (d/M/yyyy) or 2026-01-02 (M/d/yyyy)');
    expect(conversion?.readingsOf('1/13/2026')).toBeUndefined();
    expect(conversion?.convert('1/13/2026')).toBe('2026-01-13');
    expect(conversion?.convert('02/02/2026')).toBe('2026-02-02');
    const names = conversionFor('date', { dates: ['d/M/yyyy', 'M/d/yyyy', 'd MMM yyyy'] });
    expect(names?.convert('1/2/2026')).toBeUndefined();
    expect(names?.convert('1 Feb 2026')).toBe('2026-02-01');
  });

  test('a form that reads the service’s own otherwise leaves no room for it', () => {
    const dates = ['yyyy-dd-MM'];
    expect(convert('date', { dates }, '2026-01-02')).toBe('2026-02-01');
    expect(convert('date', { dates }, '2026-01-31')).toBeUndefined();
  });

  test('the first of several patterns that fits counts', () => {
    const dates = ['dd.MM.yyyy', 'dd.MM.yyyy HH:mm'];
    expect(convert('datetime', { dates, timeZone: 'UTC' }, '31.12.2026')).toBe('2026-12-31T00:00:00.000Z');
    expect(convert('datetime', { dates, timeZone: 'UTC' }, '31.12.2026 08:30')).toBe(
      '2026-12-31T08:30:00.000Z',
    );
  });

  test.each(['DD.MM.YYYY', 'dd.MM', 'yyyy-MM-dd dd', 'yyyy-MM-dd hh:mm', 'yyyy-MM-dd HH:mm a', ''])(
    'the pattern "%s" is refused',
    (pattern) => {
      expect(() => conversionFor('date', { dates: [pattern] })).toThrow(UsageError);
    },
  );

  test('each day of the calendar comes through', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1700-01-01'), max: new Date('4000-12-31'), noInvalidDate: true }),
        (date) => {
          const [year = '', month = '', day = ''] = date.toISOString().slice(0, 10).split('-');
          const text = `${day}.${month}.${year}`;
          expect(convert('date', { dates: ['dd.MM.yyyy'] }, text)).toBe(`${year}-${month}-${day}`);
        },
      ),
    );
  });
});

describe('times', () => {
  const berlin = { dates: ['dd.MM.yyyy HH:mm'], timeZone: 'Europe/Berlin' };

  test.each<[string, string | undefined]>([
    ['01.01.2026 12:00', '2026-01-01T11:00:00.000Z'],
    ['01.07.2026 12:00', '2026-07-01T10:00:00.000Z'],
    ['01.07.2026 00:30', '2026-06-30T22:30:00.000Z'],
    // The clock skips an hour, and shows another one twice.
    ['29.03.2026 02:30', undefined],
    ['25.10.2026 02:30', '2026-10-25T00:30:00.000Z'],
    ['25.10.2026 03:30', '2026-10-25T02:30:00.000Z'],
    ['25.10.2026 24:00', undefined],
    ['2026-01-01T12:00:00Z', '2026-01-01T12:00:00Z'],
  ])('in Berlin %s is %s', (text, instant) => {
    expect(convert('datetime', berlin, text)).toBe(instant);
  });

  test.each([
    ['M/d/yyyy h:mm a', '3/1/2026 12:05 AM', 'America/New_York', '2026-03-01T05:05:00.000Z'],
    ['M/d/yyyy h:mm a', '3/1/2026 12:05 pm', 'America/New_York', '2026-03-01T17:05:00.000Z'],
    ['yyyy/MM/dd HH:mm:ss.SSS XXX', '2026/03/01 12:00:00.250 +05:30', undefined, '2026-03-01T06:30:00.250Z'],
    ['yyyy/MM/dd HH:mm XXX', '2026/03/01 12:00 Z', 'Europe/Berlin', '2026-03-01T12:00:00.000Z'],
    ['yyyy/MM/dd HH:mm', '2026/03/01 12:00', 'Asia/Kathmandu', '2026-03-01T06:15:00.000Z'],
  ])('%s reads %s in %s as %s', (pattern, text, timeZone, instant) => {
    expect(convert('datetime', { dates: [pattern], timeZone }, text)).toBe(instant);
  });

  test('without a zone, and in a zone that is none, they are refused', () => {
    expect(() => conversionFor('datetime', { dates: ['dd.MM.yyyy HH:mm'] })).toThrow(/Which time zone/);
    expect(() => conversionFor('datetime', { ...berlin, timeZone: 'Europe/Berln' })).toThrow(
      /isn't a time zone/,
    );
  });

  test.each<[string, string | undefined]>([
    ['2026-07-31T10:00:00', '2026-07-31T08:00:00.000Z'],
    ['2026-07-31 10:00', '2026-07-31T08:00:00.000Z'],
    ['2026-07-31 10:00:00.1234567', '2026-07-31T08:00:00.123Z'],
    ['2026-07-31', '2026-07-30T22:00:00.000Z'],
    ['2026-07-31T10:00:00+05:00', '2026-07-31T10:00:00+05:00'],
    ['2026-03-29 02:30:00', undefined],
    ['2026-02-30 02:30:00', undefined],
    ['31.07.2026 10:00', undefined],
  ])('with a zone alone %s is %s', (text, instant) => {
    expect(convert('datetime', { timeZone: 'Europe/Berlin' }, text)).toBe(instant);
    expect(conversionFor('date', { timeZone: 'Europe/Berlin' })).toBeUndefined();
  });

  test('an instant that is written in the zone is read as the same instant, but for hours that come twice', () => {
    const local = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    const formats = { dates: ['yyyy-MM-dd HH:mm:ss'], timeZone: 'America/New_York' };
    const conversion = conversionFor('datetime', formats);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const text = local.format(seconds * 1000);
        const instant = Date.parse(conversion?.convert(text) ?? '');
        const isFirst = instant === seconds * 1000;
        const isSecondOfTwo = instant === (seconds - 3600) * 1000 && local.format(instant) === text;
        expect(isFirst || isSecondOfTwo).toBe(true);
      }),
    );
  });
});

describe('numbers', () => {
  test.each<[string, string | undefined]>([
    ['1234,5', '1234.5'],
    ['1.234,5', '1234.5'],
    ['1.234.567', '1234567'],
    ['1 234 567,89', '1234567.89'],
    ['1\u00a0234,5', '1234.5'],
    ['1\u202f234,5', '1234.5'],
    ["1'234,5", '1234.5'],
    ['-0,5', '-0.5'],
    ['+7', '7'],
    [',5', '0.5'],
    ['5,', '5'],
    ['1,6E13', '1.6E13'],
    ['1.5', undefined],
    ['0.125', undefined],
    ['-0.500', undefined],
    ['00.125', undefined],
    ['012.345', undefined],
    ['0 125', undefined],
    ['0,125', '0.125'],
    ['0012,5', '0012.5'],
    ['1.25', undefined],
    ['1234.567', undefined],
    ['.125', undefined],
    ['1..125', undefined],
    ['1.234.', undefined],
    ['1.2345,5', undefined],
    ["1.234'567", undefined],
    ['1,2,3', undefined],
    ['€ 5', undefined],
    ['E5', undefined],
    ['5E', undefined],
    ['.5', undefined],
    ['1.234.56', undefined],
    ['--5', undefined],
    ['-', undefined],
    [',', undefined],
    ['abc', undefined],
  ])('with a decimal comma %s is %s', (text, number) => {
    expect(convert('double', { decimalSeparator: ',' }, text)).toBe(number);
  });

  test.each<[string, string | undefined]>([
    ['1,234.5', '1234.5'],
    ['1234.5', '1234.5'],
    ['1,5', undefined],
  ])('with a decimal point %s is %s', (text, number) => {
    expect(convert('currency', { decimalSeparator: '.' }, text)).toBe(number);
  });

  test.each<[string, string | undefined]>([
    ['€ 1.234,50', '1234.50'],
    ['1.234,50 €', '1234.50'],
    ['-€5', '-5'],
    ['€ -5', '-5'],
    ['EUR 5', '5'],
    ['5 EUR', '5'],
    ['12,5 %', '12.5'],
    ['5 Euro', undefined],
    ['%', undefined],
  ])('with signs %s is %s', (text, number) => {
    expect(convert('percent', { decimalSeparator: ',', numberSigns: true }, text)).toBe(number);
  });

  test('any number that a place writes comes through', () => {
    const german = new Intl.NumberFormat('de-DE', { maximumFractionDigits: 6 });
    const conversion = conversionFor('double', { decimalSeparator: ',' });
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (millionths) => {
        const number = millionths / 1e6;
        expect(Number(conversion?.convert(german.format(number)))).toBe(number);
      }),
    );
  });
});

test.each([
  ['Yes', 'true'],
  ['n', 'false'],
  ['ON', 'true'],
  ['0', 'false'],
  ['TRUE', 'true'],
  ['maybe', undefined],
])('as a word %s is %s', (text, value) => {
  expect(convert('boolean', { booleanWords: true }, text)).toBe(value);
});

test('fields of other types, and those for which nothing is asked, keep their values', () => {
  const formats: ValueFormats = {
    dates: ['dd.MM.yyyy'],
    timeZone: 'UTC',
    decimalSeparator: ',',
    booleanWords: true,
  };
  expect(conversionFor('string', formats)).toBeUndefined();
  for (const type of ['date', 'datetime', 'double', 'int', 'boolean']) {
    expect(conversionFor(type, {})).toBeUndefined();
  }
});

test('with signs alone a comma is taken neither for a thousands separator nor for a decimal one', () => {
  expect(convert('currency', { numberSigns: true }, '1,234 €')).toBeUndefined();
  expect(convert('currency', { numberSigns: true }, '1 234.5 €')).toBe('1234.5');
  expect(convert('currency', { numberSigns: true, decimalSeparator: '.' }, '1,234 €')).toBe('1234');
  expect(convert('currency', { numberSigns: true, decimalSeparator: ',' }, '1,234 €')).toBe('1.234');
});
