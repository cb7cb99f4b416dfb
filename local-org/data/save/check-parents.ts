import type { Value } from '../../contracts.ts';
import { recordTypeIdName } from '../schema/schema.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { SaveContext } from './columns.ts';
import type { Draft } from './draft.ts';
import { RowError } from './row-error.ts';

/** Refuses owners and record types that are there and can't be used for this record. */
export function checkParents(
  { store, table }: SaveContext,
  { columns, values }: Pick<Draft, 'columns' | 'values'>,
): void {
  columns.forEach((column, at) => {
    const value = values[at] ?? null;
    if (value === null) return;
    const { name } = table.field(column);
    if (name === recordTypeIdName) checkRecordType(store, table, value);
    if (name === 'OwnerId') checkOwner(store, table, value);
  });
}

/** A record type is of one object, and can be given while it is active (public reports of the message). */
function checkRecordType(store: Store, table: Table, id: Value): void {
  const types = store.table(store.schema.objectOfRole('recordType'));
  const row = types?.rowById(String(id));
  const valueOf = (field: string): Value => {
    const column = types?.column(field);
    return row === undefined || column === undefined ? null : (types?.get(row, column) ?? null);
  };
  if (valueOf('SobjectType') === table.schema.name && valueOf('IsActive') === true) return;
  throw new RowError(
    'INVALID_CROSS_REFERENCE_KEY',
    `Record Type ID: this ID value isn't valid for the user: ${String(id)}`,
    [recordTypeIdName],
  );
}

/** Records are owned by active users, or by queues, never by groups of another type (Salesforce Help; public reports). */
function checkOwner(store: Store, table: Table, id: Value): void {
  const owners = store.tableOfId(String(id));
  const row = owners?.rowById(String(id));
  if (owners === undefined || row === undefined) return;
  const valueOf = (field: string): Value | undefined => {
    const column = owners.column(field);
    return column === undefined ? undefined : owners.get(row, column);
  };
  if (owners.schema.name === store.schema.objectOfRole('user')) {
    if (valueOf('IsActive') !== false) return;
    const object = table.schema.label.toLowerCase();
    throw new RowError(
      'INACTIVE_OWNER_OR_USER',
      `operation performed with inactive user [${String(id)}] as owner of ${object}`,
    );
  }
  const type = valueOf('Type');
  if (type === undefined || type === null || type === 'Queue') return;
  throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', ['OwnerId']);
}
