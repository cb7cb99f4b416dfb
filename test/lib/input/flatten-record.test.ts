import { expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.js';
import { flattenRecord } from '../../../src/lib/input/flatten-record.js';
import { parseJsonRecord, type InputRecord } from '../../../src/lib/input/input-record.js';

const place = { file: 'a.json', row: 1 };

function columnsOf(record: InputRecord): string[] {
  const columns: string[] = [];
  flattenRecord(record, { place }, (column) => columns.push(column));
  return columns;
}

function nested(depth: number, inside = '1'): InputRecord {
  return parseJsonRecord(Buffer.from(`${'{"a":'.repeat(depth)}${inside}${'}'.repeat(depth)}`), place);
}

test('parents are paths', () => {
  expect(columnsOf(nested(3))).toEqual(['a.a.a']);
});

test.each([22, 1_000, 100_000])('parents within %i parents are refused by name', (depth) => {
  expect(() => columnsOf(nested(depth))).toThrow(InputError);
  expect(() => columnsOf(nested(depth))).toThrow('a.a.a has more than 20 parents');
});

test('so is a record that is its own parent', () => {
  const record: Record<string, unknown> = { Name: 'x' };
  record.Parent = record;
  expect(() => columnsOf(record)).toThrow(InputError);
});

test('a name that is long is cut', () => {
  expect(() => columnsOf({ ['x'.repeat(5_000)]: () => undefined })).toThrow(/row: x{100}… is a function/);
});

test('lists in lists are refused, however deep and whatever numbers they hold', () => {
  for (const inside of ['1', '12345678901234567890']) {
    const text = `{"a":${'['.repeat(100_000)}${inside}${']'.repeat(100_000)}}`;
    expect(() => columnsOf(parseJsonRecord(Buffer.from(text), place))).toThrow(InputError);
  }
});

test.each([
  [Number.NaN, 'NOT_SENT: NaN'],
  [-Infinity, 'NOT_SENT: -Infinity'],
  [new Date(Number.NaN), 'NOT_SENT: Invalid Date'],
])('%s, which no cell can hold, is shown as what it is where it is set aside', (value, expected) => {
  const texts: unknown[] = [];
  flattenRecord({ Amount: value }, { place, takesFault: () => true }, (_, text) => texts.push(text));
  expect(texts).toEqual([expected]);
});
