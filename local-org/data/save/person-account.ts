import type { Value } from '../../contracts.ts';
import type { SaveContext } from './columns.ts';
import type { Draft } from './draft.ts';
import { RowError } from './row-error.ts';
import { shapeOf, type PersonShape, type TableShape } from './table-shape.ts';

/** How to save a record that is a person account: one with a last name. Undefined for every other record. */
export function personOf({ person }: TableShape, read: (column: number) => Value): PersonShape | undefined {
  return person !== undefined && read(person.lastName) !== null ? person : undefined;
}

/**
 * Refuses what an account cannot carry: a person's fields where it is a business, `Name` where it is a person, whose
 * name is joined from its parts (Salesforce Help 000386207; public reports of both messages).
 */
export function checkPersonFields(
  { table }: SaveContext,
  { columns, values }: Pick<Draft, 'columns' | 'values'>,
  { person, isInsert }: { readonly person: PersonShape | undefined; readonly isInsert: boolean },
): void {
  const own = shapeOf(table).person?.own;
  if (own === undefined) return;
  const names = columns
    .filter(
      (column, at) =>
        values[at] !== null && (person === undefined ? own.has(column) : column === person.name.column),
    )
    .map((column) => table.field(column).name);
  if (names.length === 0) return;
  const list = names.join(', ');
  const message =
    isInsert && person !== undefined
      ? `Unable to create/update fields: ${list}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`
      : `${table.schema.label}: bad field names on insert/update call: ${list}`;
  throw new RowError('INVALID_FIELD_FOR_INSERT_UPDATE', message, names);
}
