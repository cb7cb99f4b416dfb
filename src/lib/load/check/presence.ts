import type { DescribeField, IngestOperation, SObjectDescribe } from '../../api/types.js';
import type { CellFault } from './rules.js';
import type { CheckedColumn } from './header.js';
import { isNameOfPerson, isRequiredOnCreate } from './may-be-set.js';

/** What is wrong with an empty cell of a column, if anything. Empty means "leave alone" to the service. */
export function emptyFault(
  column: CheckedColumn,
  operation: IngestOperation,
  columns: readonly CheckedColumn[],
): CellFault | undefined {
  const { field, isKey, name } = column;
  if (isKey && operation !== 'insert') {
    // An upsert by Id creates the records that have none; an update by another key finds none, as by any unknown value.
    if ((operation === 'upsert') === (field.type === 'id')) return undefined;
    return { code: 'KEY_EMPTY', message: `Records are matched by "${name}", and this one has none.` };
  }
  if (operation !== 'insert' || !isRequiredOnCreate(field) || isSharedBy(columns, column)) return undefined;
  if (isNameOfPerson(field, new Set(columns.map((other) => other.field.name)))) return undefined;
  return { code: 'REQUIRED_EMPTY', message: `"${field.name}" is required.` };
}

/** What is wrong with `#N/A` in a column, if anything. */
export function nullFault(
  column: CheckedColumn,
  operation: IngestOperation,
  columns: readonly CheckedColumn[],
): CellFault | undefined {
  const { field } = column;
  const whenEmpty = emptyFault(column, operation, columns);
  if (whenEmpty !== undefined) return whenEmpty;
  if (isCheckbox(column)) {
    const message = '#N/A cannot be in a checkbox: write true or false, or leave the cell empty.';
    return { code: 'NULL_NOT_ALLOWED', message };
  }
  const isChange = operation === 'update' || operation === 'upsert';
  if (!isChange || field.nillable || column.isKey) return undefined;
  return { code: 'NULL_NOT_ALLOWED', message: `"${field.name}" cannot be emptied with #N/A.` };
}

/**
 * Whether a column's empty cells stay empty with `--empty-as-null`: a checkbox set to null fails its row, a key that is
 * empty is no key, and a person has no Name to clear.
 */
export function keepsEmpty(column: CheckedColumn, describe: SObjectDescribe): boolean {
  return column.isKey || (!column.byParentKey && !takesNull(column.field, describe));
}

/**
 * Whether a field can be sent as null: an id never is. Where accounts may be persons, each has a Name or a LastName, and must not be sent
 * the other, be it as null.
 */
export function takesNull({ name, type }: DescribeField, describe: SObjectDescribe): boolean {
  if (type === 'boolean' || type === 'id') return false;
  if (describe.name !== 'Account' || (name !== 'Name' && name !== 'LastName')) return true;
  return !describe.fields.some((each) => each.name === 'IsPersonAccount');
}

function isCheckbox({ field, byParentKey }: CheckedColumn): boolean {
  return field.type === 'boolean' && !byParentKey;
}

/** Several columns set the same parent, as `Lead:Who.Email` and `Contact:Who.Email` do: one may be empty. */
function isSharedBy(columns: readonly CheckedColumn[], { field }: CheckedColumn): boolean {
  return columns.filter((other) => other.field === field).length > 1;
}
