import type { RestRecord } from '../../api/rest.js';
import type { SelectedItem, SoqlShape } from '../../soql/shape.js';

/**
 * The columns of what REST answers, in the order of the select list: paths such as `Account.Name`, aliases, `expr0`
 * for aggregates without one. Where only the records tell, as with `FIELDS(…)`, TYPEOF and a query that could not be
 * read, they are taken from the first of them.
 */
export function restColumns(shape: SoqlShape | undefined, records: readonly RestRecord[]): string[] {
  const onlyRecordsTell = shape?.items.some(({ kind }) => kind === 'fields' || kind === 'typeof') ?? true;
  if (shape === undefined || onlyRecordsTell) return membersOf(records);
  let unnamed = 0;
  const nameOf = ({ kind, path, alias }: SelectedItem): string => {
    if (alias !== undefined) return alias;
    if (kind === 'aggregate' || path === undefined) return `expr${unnamed++}`;
    // A grouped query names a parent's field by its last name only.
    return shape.isGrouped && kind === 'field' ? (path.split('.').at(-1) ?? path) : path;
  };
  return [...new Set(shape.items.map(nameOf))];
}

function membersOf(records: readonly RestRecord[]): string[] {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  names.delete('attributes');
  return [...names];
}
