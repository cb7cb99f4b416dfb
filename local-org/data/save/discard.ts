import type { Store } from '../store/store.ts';
import { rowState, type RowState, type Table } from '../store/table.ts';
import { shapeOf } from './table-shape.ts';

export type Change = { readonly store: Store; readonly timestamp: string };

/** Notes who changed a record, and when. */
export function touch({ store, timestamp }: Change, table: Table, row: number): void {
  const { modifiedBy, modifiedAt } = shapeOf(table);
  for (const column of modifiedBy) table.set(row, column, store.userId);
  for (const column of modifiedAt) table.set(row, column, timestamp);
}

/** Deletes a record, and with it the children of its cascading relationships. */
export function discard(change: Change & { readonly state: RowState }, table: Table, row: number): void {
  touch(change, table, row);
  for (const column of shapeOf(table).deletedFlags) table.set(row, column, true);
  table.setState(row, change.state);
  const id = table.id(row);
  for (const { cascadeDelete, childSObject, field } of table.schema.childRelationships) {
    const children = cascadeDelete ? change.store.table(childSObject) : undefined;
    const column = children?.column(field);
    if (children === undefined || column === undefined || children.size === 0) continue;
    for (const child of children.lookup(column, id))
      if (children.state(child) === rowState.live) discard(change, children, child);
  }
}
