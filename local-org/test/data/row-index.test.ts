import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowIndex } from '../../data/store/row-index.ts';

describe('an index of rows by key', () => {
  it('agrees with a search through all rows, whatever is added and removed', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'aa', ''), fc.option(fc.nat(20))), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (plan) => {
        const keys: Array<string | undefined> = [];
        const index = new RowIndex((row) => keys[row] ?? '?');
        for (const [key, victim] of plan) {
          index.add(key, keys.push(key) - 1);
          if (victim !== null && keys[victim] !== undefined) {
            index.remove(victim);
            keys[victim] = undefined;
          }
        }
        for (const key of ['a', 'b', 'c', 'aa', '', 'z']) {
          expect(index.get(key)).toEqual([...keys.keys()].filter((row) => keys[row] === key));
        }
      }),
    );
  });

  it('grows, and takes many rows of one key without slowing down', () => {
    const keyOf = (row: number): string => (row % 2 === 0 ? 'same' : `key-${row}`);
    const index = new RowIndex(keyOf);
    const count = 100_000;
    for (let row = 0; row < count; row += 1) index.add(keyOf(row), row);
    expect(index.get('same')).toHaveLength(count / 2);
    expect(index.get('key-77777')).toEqual([77_777]);
    for (let row = 0; row < count; row += 2) index.remove(row);
    expect(index.get('same')).toEqual([]);
    expect(index.get('key-99999')).toEqual([99_999]);
  });
});
