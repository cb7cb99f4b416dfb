import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Value } from '../../contracts.ts';
import { Column } from '../../data/store/column.ts';

it('a column gives back what was appended and set, in chunks of equal values or not', () => {
  const value = fc.constantFrom<Value>('a', 'b', null, 1, false);
  const runs = fc.array(fc.tuple(value, fc.integer({ min: 1, max: 5000 })), { maxLength: 6 });
  const changes = fc.array(fc.tuple(fc.nat(20_000), value), { maxLength: 10 });
  fc.assert(
    fc.property(runs, changes, (appended, set) => {
      const column = new Column();
      const expected: Value[] = [];
      for (const [item, count] of appended) {
        for (let n = 0; n < count; n += 1) column.append(expected.push(item) - 1, item);
      }
      for (const [row, item] of set) {
        if (row >= expected.length) continue;
        column.set(row, item);
        expected[row] = item;
      }
      expect(expected.map((_, row) => column.get(row))).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

it('a column that begins late is null before', () => {
  const column = new Column();
  column.append(10_000, 'x');
  expect([0, 9_999, 10_000, 10_001].map((row) => column.get(row))).toEqual([null, null, 'x', null]);
});
