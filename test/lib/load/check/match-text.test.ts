import { expect, test } from 'vitest';
import type { DescribeField } from '../../../../src/lib/api/types.js';
import { compareKind, matchText } from '../../../../src/lib/load/check/match-text.js';

test('the choices of a picklist that takes several are the same in any order', () => {
  const kind = compareKind({ type: 'multipicklist' } as DescribeField);
  const [first, ...others] = ['Red;Green', 'green; Red', 'Green;Red;Green', ';Red;Green;'].map((text) =>
    matchText(text, kind),
  );
  expect(others).toEqual([first, first, first]);
  expect(matchText('Red', kind)).not.toBe(first);
  expect(matchText('', kind)).toBe('');
});
