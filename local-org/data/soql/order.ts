import type { Readable } from './bind.ts';
import { comparableOf, type Comparable } from './comparable.ts';

export type SortKey<Row> = {
  readonly readable: Readable<Row>;
  readonly descending: boolean;
  readonly nullsLast: boolean;
};

function compareKeys(a: Comparable | null, b: Comparable | null, nullsLast: boolean): number | 'plain' {
  if (a === b) return 0;
  if (a === null || b === null) return (a === null) === nullsLast ? 1 : -1;
  return 'plain';
}

/** Sorts by the keys in turn; rows that tie stay in the order they were in. Each key is read once a row. */
export function sortRows<Row>(rows: ArrayLike<Row>, keys: ReadonlyArray<SortKey<Row>>): Row[] {
  const list = Array.from(rows);
  const columns = keys.map(({ readable }) => {
    const comparable = comparableOf(readable);
    return list.map((row) => comparable(readable.read(row)));
  });
  const positions = list.map((_, position) => position);
  positions.sort((left, right) => {
    for (const [at, { descending, nullsLast }] of keys.entries()) {
      const a = columns[at]?.[left] ?? null;
      const b = columns[at]?.[right] ?? null;
      const order = compareKeys(a, b, nullsLast);
      if (order === 0) continue;
      if (order !== 'plain') return order;
      return (a !== null && b !== null && a < b) === descending ? 1 : -1;
    }
    return 0;
  });
  return positions.map((position) => list[position] as Row);
}
