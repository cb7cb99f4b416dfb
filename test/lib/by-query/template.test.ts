import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DescribeField, SObjectDescribe } from '../../../src/lib/api/types.js';
import { UsageError } from '../../../src/lib/errors.js';
import { FieldIndex } from '../../../src/lib/describe/field-index.js';
import { fieldValue, readyTemplate } from '../../../src/lib/by-query/template.js';
import { sameValue } from '../../../src/lib/by-query/settle.js';

const field = (name: string, type: string): DescribeField =>
  ({ name, type, label: name, updateable: true, relationshipName: null }) as DescribeField;

const describeResult = {
  name: 'Account',
  fields: [field('Name', 'string'), field('Amount', 'currency'), field('Active', 'boolean')],
} as unknown as SObjectDescribe;
const fields = new FieldIndex(describeResult);

describe('a template', () => {
  const record = { Id: '1', Name: 'Acme', Amount: 12, Active: false, Parent: { Name: 'Top' }, Owner: null };
  const result = (value: string | number | boolean | null) =>
    readyTemplate({ name: value }, fields).apply(record);

  test.each([
    ['${Name} (old)', 'Acme (old)'],
    ['${name}/${ Parent.Name }', 'Acme/Top'],
    // JSON of a text field is text: the org reads no number there.
    ['${Amount}', '12'],
    ['${Active}', 'false'],
    ['${Owner.Name}', null],
    ['x${Owner.Name}', 'x'],
    ['', null],
    [null, null],
    ['$Name {Name} ${}', '$Name {Name} ${}'],
  ])('%j gives %j', (value, expected) => {
    expect(result(value)).toEqual({ Name: expected });
  });

  test.each(['${1}', '${COUNT(Id)}', '${Owner.}', 'x ${Name Id} y', '${a-b}'])(
    'a placeholder that names no field is refused: %s',
    (value) => {
      expect(() => result(value)).toThrow(UsageError);
      expect(() => result(value)).toThrow("doesn't name a field");
    },
  );

  test('names what it sets and what it reads, in the describe’s spelling', () => {
    const ready = readyTemplate(
      { name: '${Parent.Name} ${Amount}', AMOUNT: '${Amount}', active: true },
      fields,
    );
    expect(ready.sets).toEqual(['Name', 'Amount', 'Active']);
    expect(ready.reads).toEqual(['Parent.Name', 'Amount']);
  });

  test('copies a value as the field takes it that gets it', () => {
    const apply = (template: Record<string, string>, source: Record<string, unknown>) =>
      readyTemplate(template, fields).apply(source);
    expect(apply({ Amount: '${Amount}', Active: '${Active}' }, record)).toEqual({
      Amount: 12,
      Active: false,
    });
    expect(
      apply({ Amount: '${Name}', Active: '${Parent.Name}' }, { Name: '7.5', Parent: { Name: 'TRUE' } }),
    ).toEqual({ Amount: 7.5, Active: true });
  });

  test('does not read templates out of a record’s values', () => {
    expect(readyTemplate({ Name: '${Name}!' }, fields).apply({ Name: '${Amount}', Amount: 1 })).toEqual({
      Name: '${Amount}!',
    });
  });
});

describe('text as a field’s value', () => {
  test.each([
    ['12.50', 'Amount', 12.5],
    ['1e3', 'Amount', 1000],
    ['twelve', 'Amount', 'twelve'],
    [' ', 'Amount', ' '],
    ['TRUE', 'Active', true],
    ['yes', 'Active', 'yes'],
    ['12', 'Name', '12'],
    ['', 'Name', null],
  ])('%j for %s is %j', (text, name, expected) => {
    expect(fieldValue(text, fields.field(name))).toBe(expected);
  });
});

describe('whether a field has the value that was sent', () => {
  test.each([
    ['a', ' a ', true],
    [null, '', true],
    [null, undefined, true],
    [12, '12', true],
    ['2026-01-31T08:00:00.000+0000', '2026-01-31T08:00:00Z', true],
    ['2026-01-31T08:00:00.000+0000', '2026-01-31T08:00:01Z', false],
    ['a', 'b', false],
    ['a', null, false],
    [0, null, false],
    [false, null, false],
  ])('%j and %j: %s', (stored, sent, expected) => {
    expect(sameValue(stored, sent)).toBe(expected);
  });

  test('every value is the same as itself', () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null));
    fc.assert(fc.property(value, (each) => sameValue(each, each)));
  });
});
