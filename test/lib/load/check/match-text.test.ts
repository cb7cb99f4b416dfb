import { expect, test } from 'vitest';
import type { DescribeField } from '../../../../src/lib/api/types.js';
import { compareKind, compareScale, matchText } from '../../../../src/lib/load/check/match-text.js';

test('the choices of a picklist that takes several are the same in any order', () => {
  const kind = compareKind({ type: 'multipicklist' } as DescribeField);
  const [first, ...others] = ['Red;Green', 'green; Red', 'Green;Red;Green', ';Red;Green;'].map((text) =>
    matchText(text, kind),
  );
  expect(others).toEqual([first, first, first]);
  expect(matchText('Red', kind)).not.toBe(first);
  expect(matchText('', kind)).toBe('');
});

test('numbers are the same that are one in the decimals of their field', () => {
  const field = { type: 'double', precision: 6, scale: 0 } as DescribeField;
  const text = (value: string) => matchText(value, compareKind(field), compareScale(field));
  expect(['9.4', ' 9', '9.0', '8.6'].map(text)).toEqual(['9', '9', '9', '9']);
  expect(text('9.6')).toBe('10');
  expect(text('nine')).toBe('nine');
  expect(compareScale({ type: 'string', precision: 0, scale: 0 } as DescribeField)).toBeUndefined();
});
