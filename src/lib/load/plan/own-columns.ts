import type { IngestOperation } from '../../api/types.js';
import type { MappedColumn } from '../../mapping/mapping.js';
import { updateKeyOf } from '../model/request.js';

/** The columns that result files have before the row's own. No field can have such a name. */
const ownColumns: ReadonlySet<string> = new Set([
  'sf__id',
  'sf__error',
  'sf__created',
  'source__file',
  'source__row',
  'source__id',
]);

/** Whether a column of a result file is none of the row's own. */
export function isOwnColumn(name: string): boolean {
  return ownColumns.has(name.trim().toLowerCase());
}

/** Whether a column is that of failed rows which says why they have failed. */
export function isErrorColumn(name: string): boolean {
  return name.trim().toLowerCase() === 'sf__error';
}

/** Names such a load can't be known by: the file may have been copied and edited. */
const notBoth =
  'Do not retry the load that it is of with "sf bulk2 job retry", and stop here where that is done: its rows would be inserted twice.';

export type RowColumns = {
  /** Without those of the result file. */
  readonly columns: readonly MappedColumn[];
  /** What became of those, a sentence; undefined where there are none. */
  readonly notice: string | undefined;
};

/**
 * Takes the columns of a result file out of what is sent. The id of the record, which is one of them, is sent as `Id` where
 * the operation needs one and the file has no other.
 */
export function withoutOwnColumns(
  columns: readonly MappedColumn[],
  operation: IngestOperation,
  externalId: string | undefined,
): RowColumns {
  const isId = (wanted: string) => (column: MappedColumn) => column.name.trim().toLowerCase() === wanted;
  const own = columns.filter(({ name }) => isOwnColumn(name));
  // There are none, or it is a list of ids that a copy leaves, which is loaded for the other column.
  if (own.every(isId('source__id')))
    return { columns: columns.filter((column) => !own.includes(column)), notice: undefined };
  const isByKey = updateKeyOf({ operation, externalId }) !== undefined;
  const needsId =
    operation === 'upsert' ? externalId?.toLowerCase() === 'id' : operation !== 'insert' && !isByKey;
  const isInsert = operation === 'insert' || (operation === 'upsert' && needsId);
  const id = needsId && !columns.some(isId('id')) ? columns.find(isId('sf__id')) : undefined;
  const names = own.filter((column) => column !== id).map(({ name }) => name);
  return {
    columns: columns.flatMap((column) =>
      column === id ? [{ ...id, name: 'Id' }] : isOwnColumn(column.name) ? [] : [column],
    ),
    notice: [
      ...(names.length === 0 ? [] : [`These columns of a result file are not sent: ${names.join(', ')}.`]),
      ...(id === undefined ? [] : [`"${id.name}" is sent as Id.`]),
      ...(isInsert && own.some(({ name }) => isErrorColumn(name)) ? [notBoth] : []),
    ].join(' '),
  };
}
