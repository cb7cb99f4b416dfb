import { expect, test } from 'vitest';
import { missingText } from '../../../../src/lib/load/retry/missing-rows.js';

const place = (row: number, file = 'a.csv') => ({ file, row });

test.each([
  [1, [place(3)], 'row 3 of a.csv'],
  [2, [place(3), place(7)], 'rows 3 and 7 of a.csv'],
  [3, [place(3), place(4), place(7)], 'rows 3, 4 and 7 of a.csv'],
  [2, [place(3), place(1, 'b.csv')], 'row 3 of a.csv, row 1 of b.csv'],
  [12, [place(3)], 'row 3 of a.csv and 11 more'],
  [12, [], undefined],
])('of %i rows that a retry did not have these are named: %j', (count, places, text) => {
  expect(missingText({ count, places })).toBe(text);
});
