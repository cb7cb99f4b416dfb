import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.js';
import { flattenRecord, type FlattenOptions } from '../../../src/lib/input/flatten-record.js';

function cells(record: object, options: Partial<FlattenOptions> = {}): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {};
  flattenRecord({ ...record }, { place: { file: 'records', row: 7 }, ...options }, (column, text) => {
    found[column] = text;
  });
  return found;
}

const isDateColumn = (column: string): boolean => column === 'Day__c';

class Money {
  amount = 1;
}

describe('a value that has no text of its own is refused by record and field, never dropped', () => {
  test.each<[string, unknown]>([
    ['a Promise', Promise.resolve('x')],
    ['a URL', new URL('https://example.com')],
    ['a Map', new Map([['a', 1]])],
    ['a Set', new Set(['a'])],
    ['a boxed string', Object('x')],
    ['a boxed number', Object(1)],
    ['a boxed boolean', Object(true)],
    ['a boxed bigint', Object(1n)],
    ['a regular expression', /x/],
    ['an Error', new Error('x')],
    ['an instance of a class', new Money()],
    ['a function', () => 'x'],
    ['a symbol', Symbol('x')],
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['a Blob', new Blob(['x'])],
    ['an iterator', [1].values()],
    ['a Map of another realm', runInNewContext('new Map()')],
    ['an object that inherits its fields', Object.create({ Name: 'x' })],
    ['an object without fields', {}],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['half of a character', 'a\uD83D'],
    ['a list with a hole', Array.from({ length: 2 })],
    ['a list of numbers', [1]],
    ['an invalid date', new Date(Number.NaN)],
  ])('%s', (_, value) => {
    expect(() => cells({ Name: value })).toThrow(InputError);
    expect(() => cells({ Name: value })).toThrow(
      /^records, row 7: The record cannot be a row: Name [^\n]+\.$/,
    );
    if (typeof value === 'object') expect(() => cells({ Parent: { Name: value } })).toThrow('Parent.Name');
  });
});

test.each<[string, unknown, string | undefined]>([
  ['text', 'x', 'x'],
  ['an emoji', '😀', '😀'],
  ['a number', -1.5, '-1.5'],
  ['a large integer', 12_345_678_901_234_567_890n, '12345678901234567890'],
  ['false', false, 'false'],
  ['null', null, undefined],
  ['a picklist', ['a', 'b'], 'a;b'],
  ['an empty picklist', [], undefined],
  ['bytes', Buffer.from('hi'), 'aGk='],
  ['an instant', new Date('2026-01-02T03:04:05Z'), '2026-01-02T03:04:05.000Z'],
  ['a Date of another realm', runInNewContext('new Date(0)'), '1970-01-01T00:00:00.000Z'],
  ['a list of another realm', runInNewContext('["a"]'), 'a'],
])('%s has a text', (_, value, text) => {
  expect(cells({ Name: value })).toEqual({ Name: text });
});

test.each<[string, unknown]>([
  ['of this realm', { Ext__c: 'x' }],
  ['of another one', runInNewContext('({ Ext__c: "x" })')],
  ['without a prototype', Object.assign(Object.create(null), { Ext__c: 'x' })],
])('a plain object is a parent record: %s', (_, parent) => {
  expect(cells({ Owner: parent })).toEqual({ 'Owner.Ext__c': 'x' });
});

test('a Date in a date field is its UTC day', () => {
  fc.assert(
    fc.property(fc.integer({ min: -700_000, max: 2_000_000 }), (day) => {
      const { Day__c: text = '' } = cells({ Day__c: new Date(day * 86_400_000) }, { isDateColumn });
      expect(Date.parse(text)).toBe(day * 86_400_000);
      expect(text).toMatch(/^\d{4}-\d\d-\d\d$/);
    }),
  );
});

test.each(['2026-01-01T23:00:00.000Z', '2026-01-02T00:00:00.001Z'])(
  'a Date in a date field that is not midnight UTC is refused: %s',
  (instant) => {
    const record = { Day__c: new Date(instant), At__c: new Date(instant) };
    expect(() => cells(record, { isDateColumn })).toThrow(/row 7: .*Day__c is .*midnight UTC/);
  },
);
