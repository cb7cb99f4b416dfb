import type { QueryColumn, QueryOutcome, Value } from '../../contracts.ts';

/** A query's result before it is written out: what there is, and how to write one of it. */
export type Answer<Row> = {
  readonly columns: readonly QueryColumn[];
  readonly list: ArrayLike<Row>;
  readonly row: (row: Row) => readonly Value[];
  readonly record: (row: Row) => Record<string, unknown>;
};

/** A part of a list, written out anew whenever it is iterated. */
function lazily<Row, T>(
  list: ArrayLike<Row>,
  write: (row: Row) => T,
  [start, end]: readonly [number, number],
): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      for (let at = start; at < end; at += 1) yield write(list[at] as Row);
    },
  };
}

export function outcomeOf<Row>(object: string, { columns, list, row, record }: Answer<Row>): QueryOutcome {
  const slice: QueryOutcome['slice'] = (start, end = list.length) => {
    const span = [Math.max(0, start), Math.min(end, list.length)] as const;
    return { rows: lazily(list, row, span), records: lazily(list, record, span) };
  };
  return { object, size: list.length, columns, slice, ...slice(0) };
}

/** The outcome of `SELECT COUNT() FROM …`: a number, and no rows. */
export function countOutcome(object: string, count: number): QueryOutcome {
  const nothing: Answer<never> = { columns: [], list: [], row: () => [], record: () => ({}) };
  return { ...outcomeOf(object, nothing), size: count, count };
}
