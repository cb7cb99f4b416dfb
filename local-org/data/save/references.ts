import { isNumeric, type FullField } from '../schema/full-field.ts';
import { normalizeId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import { rowState, type Table } from '../store/table.ts';
import { RowError } from './row-error.ts';

export type Located = { readonly id: string; readonly row: number };

/** A live record's id and row, by its 18-character id; throws what the org says of one that is unknown or deleted. */
export function locate(table: Table, id: string): Located {
  const row = table.rowById(id);
  const state = row === undefined ? rowState.gone : table.state(row);
  if (row === undefined || state === rowState.gone) {
    throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  }
  if (state === rowState.binned) throw new RowError('ENTITY_IS_DELETED', 'entity is deleted');
  return { id, row };
}

/** An id in its 18-character form, if it is one that records of `table` can have. */
export function ownId(table: Table, text: string): string | undefined {
  const id = normalizeId(text);
  return id?.startsWith(table.schema.keyPrefix) === true ? id : undefined;
}

/** Reads the id in a lookup's cell. An id of an object that this org does not have is taken on trust. */
export function readReference(store: Store, field: FullField, text: string): string {
  const id = normalizeId(text);
  const targets = field.referenceTo.map((name) => store.table(name));
  const table = id === undefined ? undefined : store.tableOfId(id);
  if (id === undefined || !targets.includes(table)) {
    throw new RowError('MALFORMED_ID', `${field.label}: id value of incorrect type: ${text}`, [field.name]);
  }
  return table === undefined ? id : locate(table, id).id;
}

/** Where to look for the parents of a relationship column: among the first `knownRows` of a table. */
export type ParentKey = { readonly parent: Table; readonly parentColumn: number; readonly knownRows: number };

/** Finds the record that a relationship column names by a key (`Account.External_Id__c`). */
export function readForeignKey({ parent, parentColumn, knownRows }: ParentKey, text: string): string {
  const key = parent.field(parentColumn);
  if (key.type === 'id') return locate(parent, normalizeId(text) ?? text).id;
  const rows = parent
    .lookup(parentColumn, isNumeric(key) ? Number(text) : text)
    .filter((row) => row < knownRows);
  const [row] = rows;
  const where = `for field ${key.name} in entity ${parent.schema.name}`;
  if (row === undefined)
    throw new RowError('INVALID_FIELD', `Foreign key external ID: ${text} not found ${where}`);
  if (rows.length > 1) {
    throw new RowError('INVALID_FIELD', `Foreign key external ID: ${text} is not unique ${where}`);
  }
  return parent.id(row);
}
