import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conversionFor } from '../../../src/lib/formats/conversion.js';
import type { ValueFormats } from '../../../src/lib/formats/value-formats.js';

/** Mostly nothing, so that most values are nearly right. */
const rarely = (...texts: string[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...texts) });
const digits = (most: number) =>
  fc.integer({ min: 0, max: most }).chain((length) => fc.stringMatching(new RegExp(`^\\d{${length}}$`)));
const blank = rarely(' ', '  ', '\u00a0', '\t');
const sign = rarely('-', '+');
const currency = rarely('€', '$', '£', '¥', 'EUR', '%', '₹', 'eur', '€€');
const group = fc.oneof(
  { weight: 5, arbitrary: fc.stringMatching(/^\d{3}$/) },
  { weight: 1, arbitrary: digits(4) },
);
const apart = fc.constantFrom('.', ',', ' ', "'", '\u202f', '');
const groups = fc
  .tuple(digits(4), apart, fc.array(group, { maxLength: 3 }))
  .map(([first, separator, rest]) => [first, ...rest].join(separator));
const number = fc
  .tuple(
    ...[
      blank,
      currency,
      blank,
      sign,
      groups,
      rarely('.', ','),
      digits(3),
      rarely('e5', 'x'),
      blank,
      currency,
      blank,
    ],
  )
  .map((parts) => parts.join(''));

const two = fc.integer({ min: 0, max: 35 }).map((value) => String(value).padStart(2, '0'));
const some = fc.integer({ min: 0, max: 35 }).map(String);
const year = fc.constantFrom('2026', '1999', '0050', '26', '75', '2024', '20261');
const between = fc.constantFrom('.', '/', '-', ' ', 'x');
const date = fc
  .tuple(blank, fc.oneof(two, some, year), between, fc.oneof(two, some), between, fc.oneof(year, two), blank)
  .map((parts) => parts.join(''));
const time = fc
  .tuple(
    fc.constantFrom('', ' ', '  ', 'T', '\t'),
    fc.oneof(two, some),
    fc.constantFrom(':', ''),
    two,
    fc.constantFrom('', ':30', ':59', ':30.123'),
    fc.constantFrom('', 'Z'),
  )
  .map((parts) => parts.join(''));
const dateTime = fc.tuple(date, fc.oneof(time, fc.constant(''))).map((parts) => parts.join(''));
const word = fc.constantFrom(
  'yes',
  'No',
  'Y',
  'on',
  'OFF',
  'true',
  'False',
  '1',
  '0',
  't',
  'maybe',
  '\u0011',
  '',
  ' yes ',
  'ye',
  'yess',
);
const anything = fc.string({ unit: 'grapheme', maxLength: 12 });

const numbers: ValueFormats[] = [
  { decimalSeparator: ',' },
  { decimalSeparator: '.' },
  { decimalSeparator: ',', numberSigns: true },
  { numberSigns: true },
];
const dates: ValueFormats[] = [
  ['dd.MM.yyyy'],
  ['d/M/yy'],
  ['d/M/yyyy', 'dd-MM-yy'],
  ['M/d/yyyy HH:mm', 'yyyy-MM-dd'],
  ['dd.MM.yyyy', 'd MMM yyyy', 'dd/MM/yyyy'],
  ["yyyy-MM-dd'T'H:mm:ss", 'yyyyMMdd'],
  ['dMyyyy'],
].map((forms) => ({ dates: forms, timeZone: 'Europe/Berlin' }));

/** The value by its bytes; `left` where they are left to the conversion of text. */
function byBytes(type: string, formats: ValueFormats, value: string): string | undefined {
  const from = Buffer.from(`"${value}"`);
  const to = { bytes: Buffer.alloc(from.length + 34), length: 2 };
  const isDone = conversionFor(type, formats)?.convertBytes(from, 1, from.length - 1, to);
  if (isDone !== true) expect(to.length).toBe(2);
  return isDone === true ? to.bytes.toString('utf8', 2, to.length) : undefined;
}

describe.each([
  ['double', numbers, fc.oneof(number, anything)],
  ['date', dates, fc.oneof(date, dateTime, anything)],
  ['datetime', dates, fc.oneof(date, dateTime, anything)],
  ['boolean', [{ booleanWords: true }], fc.oneof(word, anything)],
] as const)('%s', (type, all, values) => {
  test.each(all)('what bytes are converted to is what text is: %j', (formats) => {
    fc.assert(
      fc.property(values, (value) => {
        const found = byBytes(type, formats, value);
        if (found !== undefined) expect(found).toBe(conversionFor(type, formats)?.convert(value));
      }),
      { numRuns: 2000 },
    );
  });
});

test.each<[string, ValueFormats, string[]]>([
  [
    'currency',
    { decimalSeparator: ',', numberSigns: true },
    ['1.234,50 €', '-1.234', '€ 5', '12 EUR', '0,5', '99 %'],
  ],
  ['int', { decimalSeparator: '.' }, ['1,234', "1'234'567", '12', ' 7 ']],
  ['date', { dates: ['dd.MM.yyyy', 'd/M/yy'] }, ['31.12.2026', '1/2/26', '2026-12-31', ' 31.12.2026']],
  [
    'datetime',
    { dates: ['dd.MM.yyyy HH:mm'], timeZone: 'Europe/Berlin' },
    ['31.12.2026 23:30', '01.07.2026  08:00'],
  ],
  ['boolean', { booleanWords: true }, ['yes', 'NO', '1', ' off ']],
])('the usual values of %s take the way of bytes', (type, formats, values) => {
  for (const value of values) {
    expect(byBytes(type, formats, value), value).toBe(conversionFor(type, formats)?.convert(value));
    expect(byBytes(type, formats, value), value).toBeDefined();
  }
});

test('the first value that changes is the example, by bytes too', () => {
  const conversion = conversionFor('double', { decimalSeparator: ',' });
  for (const value of ['12', '1.000,5', '7,5']) {
    const from = Buffer.from(value);
    conversion?.convertBytes(from, 0, from.length, { bytes: Buffer.alloc(40), length: 0 });
  }
  expect(conversion?.example).toEqual({ from: '1.000,5', to: '1000.5' });
});

test('what was converted for a check is written once, and only where it was checked', () => {
  const conversion = conversionFor('double', { decimalSeparator: ',' });
  const bytes = Buffer.from('1.234,5 2.345,6');
  const written = (start: number, end: number): string => {
    const to = { bytes: new Uint8Array(64), length: 0 };
    expect(conversion?.write(bytes, start, end, to)).toBe(true);
    return Buffer.from(to.bytes.subarray(0, to.length)).toString();
  };
  conversion?.check(bytes, 0, 7);
  expect(written(8, 15)).toBe('2345.6');
  conversion?.check(bytes, 0, 7);
  bytes.write('9', 0);
  expect(written(0, 7)).toBe('1234.5');
  expect(written(0, 7)).toBe('9234.5');
  expect(conversion?.check(Buffer.from('none'), 0, 4)).toBeUndefined();
});
