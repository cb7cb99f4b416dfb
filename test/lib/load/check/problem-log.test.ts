import { expect, test } from 'vitest';
import { ProblemLog } from '../../../../src/lib/load/check/problem-log.js';

test('keeps the first few of each kind and counts all', () => {
  const log = new ProblemLog({ most: 5, mostOfAKind: 2 });
  for (let row = 1; row <= 1000; row++) log.add({ code: 'A', column: 'x', message: '', row });
  for (let row = 1; row <= 3; row++) log.add({ code: 'A', column: 'y', message: '', row });
  for (let row = 1; row <= 3; row++) log.add({ code: 'B', message: '', row });
  expect(log.problems.map(({ code, column, row }) => [code, column, row])).toEqual([
    ['A', 'x', 1],
    ['A', 'x', 2],
    ['A', 'y', 1],
    ['A', 'y', 2],
    ['B', undefined, 1],
  ]);
  expect(log.total).toBe(1006);
});
