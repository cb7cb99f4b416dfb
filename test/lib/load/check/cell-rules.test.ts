import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { booleanRule, type CellRule, textRule } from '../../../../src/lib/load/check/rules.js';
import { dateRule, dateTimeRule, timeRule } from '../../../../src/lib/load/check/date-rule.js';
import { idRule } from '../../../../src/lib/load/check/id-rule.js';
import { decimalRule, intRule } from '../../../../src/lib/load/check/number-rule.js';
import { picklistRule } from '../../../../src/lib/load/check/picklist-rule.js';
import { fakeField, lookup } from '../../describe/fake-describe.ts';

const colours = ['Red', 'Dark Red', 'Grün', 'Old'].map((value) => ({ value, active: value !== 'Old' }));
const picklist = fakeField('Colour__c', {
  type: 'picklist',
  restrictedPicklist: true,
  picklistValues: colours,
});

const rules = {
  date: dateRule,
  datetime: dateTimeRule,
  time: timeRule,
  decimal: decimalRule(fakeField('Amount', { type: 'currency', precision: 6, scale: 2 })),
  int: intRule,
  boolean: booleanRule,
  text: textRule(5),
  id: idRule(fakeField('Id', { type: 'id' }), { keyPrefix: '001', object: 'Account' }),
  lookup: idRule(lookup('AccountId', 'Account', ['Account'])),
  picklist: picklistRule(picklist, 'insert'),
  multipicklist: picklistRule({ ...picklist, type: 'multipicklist' }, 'update'),
} as const;

type RuleName = keyof typeof rules;

/** Whether the bytes alone were enough, with the value in the middle of others. */
function passes(rule: CellRule, value: string): boolean {
  const bytes = Buffer.from(`1x${value}9y`);
  return rule.passes(bytes, 2, bytes.length - 2);
}

const usual: Record<RuleName, string[]> = {
  date: ['2026-01-31', '2024-02-29', '2000-02-29', '1700-01-01', '4000-12-31'],
  datetime: [
    '2026-01-31T00:00:00Z',
    '2026-01-31T23:59:59.999Z',
    '2026-01-31T08:00:00+01:00',
    '2026-01-31T08:00:00.000+0000',
    '2026-01-31T08:00:00-11:30',
  ],
  time: [],
  decimal: ['0', '-1', '9999', '1234.5', '-0.25', '12.', '1.23456789'],
  int: ['0', '-12', '123456789'],
  boolean: ['true', 'false', 'TRUE', 'False'],
  text: ['a', 'abcde', 'äö'],
  id: [
    '001000000000001',
    '001000000000001AAA',
    '001000000000001aaa',
    '0014x00000Xl3OlAAJ',
    '0014x00000Xl3OlaAj',
  ],
  lookup: ['003000000000001', '003000000000AbCAAU'],
  picklist: ['Red', 'Dark Red', 'Grün'],
  multipicklist: ['Red', 'Red;Grün', 'Old;Dark Red'],
};

const unusual: Record<RuleName, string[]> = {
  date: ['2026-01-31Z', '2026-01-31T10:00:00Z', '2026-01-31T10:00:00.000+0000'],
  datetime: ['2026-01-31', '2026-01-31T10:00:00', '2026-01-31T10:00Z', '2026-01-31t10:00:00z'],
  time: ['10:00', '23:59:59.999Z', '00:00:00'],
  decimal: ['+5', '.5', '1e3', '9.12260031E2', ' 12 ', '0009999'],
  int: ['2147483647', '-2147483648', '1.0', '1e3', '+7'],
  boolean: ['1', '0', ' true '],
  text: ['äöüßé', '  abcde  ', 'a\r\nbcd', '👍👍👍👍👍', '😀😿🃏'],
  id: [],
  lookup: [],
  picklist: ['red', 'GRÜN', ' Red '],
  multipicklist: ['red;DARK RED', 'Red; Grün', ';Red;'],
};

const wrong: Record<RuleName, Array<[string, RegExp]>> = {
  date: [
    [
      '31/01/2026',
      /^"31\/01\/2026" is not a date such as 2026-01-31\. Say how dates are written, as in --date-format dd\.MM\.yyyy\.$/,
    ],
    ['2026-1-31', /not a date/],
    ['2026-02-29', /does not exist/],
    ['1900-02-29', /does not exist/],
    ['2o26-01-31', /not a date/],
    ['2026-a1-31', /not a date/],
    ['2026-0:-31', /not a date/],
    ['2026-01-3/', /not a date/],
    ['2026-13-01', /does not exist/],
    ['2026-00-10', /does not exist/],
    ['2026-01-00', /does not exist/],
    ['0026-01-31', /outside the years 1700 to 4000/],
    ['tomorrow', /not a date/],
  ],
  datetime: [
    ['2026-01-31 10:00:00', /not a time such as.*--time-zone/],
    ['2026-01-31T25:00:00Z', /does not exist/],
    ['2026-02-30T10:00:00Z', /does not exist/],
    ['2026-01-31T10:00:00.Z', /not a time/],
    ['2026-01-31T10:00:00+1', /not a time/],
    ['2026-01-31T10:00:00+aa:00', /not a time/],
    ['2026-01-31T10:00:00+01:bb', /not a time/],
    ['2026-01-31T10:00:00+01:000', /not a time/],
    ['2026-01-31T10:00:00X01:00', /not a time/],
    ['2026-01-31T10:00:00ZZ', /not a time/],
    ['2026-01-31T10-00:00Z', /not a time/],
    ['2026-01-31T10:00-00Z', /not a time/],
    ['2026-01-31T1x:00:00Z', /not a time/],
    ['2026-01-31T10:60:00Z', /does not exist/],
    ['1769846400000', /not a time/],
  ],
  time: [
    ['24:00', /not a time of day/],
    ['10', /not a time of day/],
    ['10:61:00', /not a time of day/],
  ],
  decimal: [
    ['12a', /is not a number\.$/],
    ['1.234,56', /decimal point and without separators/],
    ['$12', /decimal point and without/],
    ['12 %', /decimal point and without/],
    ['1-2', /not a number/],
    ['-', /not a number/],
    ['10000', /too large; the field has room for 4 digits/],
    ['1e4', /too large/],
  ],
  int: [
    ['1.5', /not a whole number/],
    ['2147483648', /too large/],
    ['twelve', /not a number/],
  ],
  boolean: [
    ['yes', /neither true nor false/],
    ['tru', /neither/],
    ['2', /neither/],
  ],
  text: [
    ['abcdef', /^"abcdef" has 6 characters; the field takes 5\.$/],
    ['x'.repeat(300), /^"x{40}…" has 300 characters/],
  ],
  id: [
    ['00100000000000', /not an id of 15 or 18/],
    ['0014x00000xl3olaaj', /changed between upper and lower case/],
    ['0014X00000XL3OLAAJ', /changed between upper and lower case/],
    ['@AccountRef2', /refers to another record of a tree export.+Load the parents first/],
    ['001000000000001A', /not an id of 15 or 18/],
    ['00100000000000-', /not an id of 15 or 18/],
    ['003000000000001', /not an id of Account; those start with 001/],
  ],
  lookup: [['ACME-1', /call the column "Account\.FIELD"/]],
  picklist: [
    ['Rad', /^"Rad" is not in the picklist\. Did you mean "Red"\?$/],
    ['Old', /^"Old" is no longer in use in the picklist\.$/],
    ['Red;Grün', /not in the picklist/],
  ],
  multipicklist: [['Red;Blue', /^"Blue" is not in the picklist\.$/]],
};

const names = Object.keys(rules) as RuleName[];

describe.each(names)('%s', (name) => {
  const rule = rules[name];

  test.each([...usual[name], ...unusual[name]])('takes "%s"', (value) => {
    expect(rule.fault(value)).toBeUndefined();
  });

  test.each(usual[name])('knows "%s" by its bytes', (value) => {
    expect(passes(rule, value)).toBe(true);
  });

  test.each(wrong[name])('refuses "%s"', (value, message) => {
    expect(passes(rule, value)).toBe(false);
    expect(rule.fault(value)?.message).toMatch(message);
  });
});

test('bytes never pass what the text would be refused for', () => {
  const pieces = [
    '2026',
    '-',
    '01',
    '02',
    '31',
    'T',
    ':',
    '.',
    'Z',
    '+',
    '0',
    '9',
    '1',
    'true',
    'Red',
    ';',
    'ä',
    '001',
  ];
  const shaped = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(''));
  const dateLike = fc
    .tuple(
      fc.integer({ min: 1600, max: 4100 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    )
    .map(([year, month, day]) => [year, month, day].map((part) => String(part).padStart(2, '0')).join('-'));
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    shaped,
    dateLike,
    dateLike.map((day) => `${day}T10:00:00Z`),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), value, (name, text) => {
      fc.pre(text !== '');
      if (passes(rules[name], text)) expect(rules[name].fault(text)).toBeUndefined();
    }),
    { numRuns: 3000 },
  );
});

test('a day is a date exactly when the calendar has it', () => {
  const day = fc.record({
    year: fc.integer({ min: 1700, max: 4000 }),
    month: fc.integer({ min: 1, max: 12 }),
    date: fc.integer({ min: 1, max: 31 }),
  });
  fc.assert(
    fc.property(day, ({ year, month, date }) => {
      const exists = new Date(Date.UTC(year, month - 1, date)).getUTCDate() === date;
      const text = [year, String(month).padStart(2, '0'), String(date).padStart(2, '0')].join('-');
      expect(passes(dateRule, text)).toBe(exists);
    }),
  );
});
