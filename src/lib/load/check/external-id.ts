import type { DescribeField, SObjectDescribe } from '../../api/types.js';
import { suggestion } from '../../describe/did-you-mean.js';
import { FieldIndex } from '../../describe/field-index.js';
import { UsageError } from '../../errors.js';
import { wholeHeaderProblem, type HeaderProblem } from './column.js';

/**
 * The field that an upsert matches records by when nobody named one: `Id` if the input has that column, else the
 * only external-id field of the object that is a column of the input.
 *
 * @throws UsageError when none or several qualify, listing the object's external-id fields
 */
export function chooseExternalId(describe: SObjectDescribe, columns: readonly string[]): string {
  const present = new Set(columns.map((column) => column.toLowerCase()));
  if (present.has('id')) return 'Id';
  const candidates = externalIdFields(describe).filter((name) => present.has(name.toLowerCase()));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  if (candidates.length > 1) {
    throw new UsageError(`The input has several external-id columns: ${candidates.join(', ')}.`, {
      actions: candidates.map((name) => `Use --external-id ${name} to match records by ${name}.`),
    });
  }
  throw new UsageError(`The input has neither an Id column nor an external-id column of ${describe.name}.`, {
    actions: [
      listExternalIds(describe),
      'Add one of them as a column, or rename a column with --map COLUMN=FIELD.',
    ],
  });
}

/**
 * Whether records can be matched by `externalIdField`, and whether the input has it.
 * A key is `Id`, a custom field marked as external id, or a standard field with `idLookup` (Bulk API guide:
 * Prepare CSV Files).
 */
export function checkExternalId(
  index: FieldIndex,
  externalIdField: string,
  columns: readonly string[],
): HeaderProblem[] {
  const { describe } = index;
  const field = index.field(externalIdField);
  if (field === undefined) {
    const hint = suggestion(index.nearestField(externalIdField));
    const message = `${describe.name} has no field "${externalIdField}".${hint} ${listExternalIds(describe)}`;
    return [wholeHeaderProblem('EXTERNAL_ID_UNKNOWN', message)];
  }
  if (!isKey(field)) {
    const message = `"${field.name}" is not an external id of ${describe.name}. ${listExternalIds(describe)}`;
    return [wholeHeaderProblem('NOT_EXTERNAL_ID', message)];
  }
  if (columns.some((column) => column.toLowerCase() === field.name.toLowerCase())) return [];
  const message = `There is no column "${field.name}", which the upsert matches records by.`;
  return [wholeHeaderProblem('EXTERNAL_ID_MISSING', message)];
}

/** Whether the service can find a record by this field. */
export function isKey(field: DescribeField): boolean {
  return field.externalId || field.idLookup || field.type === 'id';
}

/** The fields a record can be found by, `Id` aside. */
export function keyFields(describe: SObjectDescribe): string[] {
  return describe.fields.filter((field) => isKey(field) && field.type !== 'id').map((field) => field.name);
}

function externalIdFields(describe: SObjectDescribe): string[] {
  return describe.fields.filter((field) => field.externalId).map((field) => field.name);
}

function listExternalIds(describe: SObjectDescribe): string {
  const names = externalIdFields(describe);
  return names.length === 0
    ? `${describe.name} has no external-id fields; only Id can be used.`
    : `External-id fields of ${describe.name}: ${names.join(', ')}.`;
}
