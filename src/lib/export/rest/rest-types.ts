import type { ColumnKind, ColumnTypes } from '../../describe/column-types.js';

/**
 * Completes the kinds that describes know: aggregates are in none, and what they answered in the first records tells
 * whether they are numbers.
 */
export function kindsFromValues(
  known: ColumnTypes,
  columns: readonly string[],
  rows: ReadonlyArray<readonly unknown[]>,
): ColumnTypes {
  return columns.map((_, index) => {
    const kind = known[index] ?? 'string';
    return kind === 'string' ? kindOf(rows.map((row) => row[index])) : kind;
  });
}

function kindOf(values: readonly unknown[]): ColumnKind {
  const present = values.filter((value) => value !== null);
  if (present.length > 0 && present.every((value) => typeof value === 'number')) return 'double';
  return present.length > 0 && present.every((value) => typeof value === 'boolean') ? 'boolean' : 'string';
}

const restTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+0000$/;

/** Times as Bulk jobs write them: REST ends them with `+0000`, Bulk with `Z` (captures of both). */
export function asBulkWrites(value: unknown, kind: ColumnKind | undefined): unknown {
  return kind === 'datetime' && typeof value === 'string' ? value.replace(restTime, '$1Z') : value;
}
