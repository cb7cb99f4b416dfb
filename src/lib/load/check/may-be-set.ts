import type { DescribeField, IngestOperation } from '../../api/types.js';
import type { FieldIndex } from '../../describe/field-index.js';
import { isBlob } from '../../soql/fields.js';
import { headerProblem, wholeHeaderProblem, type HeaderProblem, type ColumnTarget } from './column.js';

/** A verdict on one column: `problem` stops the load, `warning` is only told. */
export type Verdict = {
  readonly problem?: HeaderProblem;
  readonly warning?: HeaderProblem;
  /** The problem is that the org has the value in its own hands: nothing is lost where the column is not sent. */
  readonly isReadOnly?: boolean;
};

/** Whether an operation may set the field that a column stands for. */
export function mayBeSet(
  column: string,
  { field }: ColumnTarget,
  operation: IngestOperation,
  index: FieldIndex,
): Verdict {
  if (field.type === 'id') {
    if (operation === 'upsert') {
      const message =
        'The upsert matches records by another field, and the org then refuses their Id. Leave the column out with' +
        ` --map "${column}=", or match by it with --external-id Id.`;
      return { problem: headerProblem('ID_BESIDE_KEY', column, message), isReadOnly: true };
    }
    if (operation !== 'insert') return {};
    const message = 'New records get their Id from the org. Take the column out, or use update or upsert.';
    return { problem: headerProblem('ID_ON_INSERT', column, message), isReadOnly: true };
  }
  if (isBlob(field)) {
    const message = `"${field.name}" holds a file, which Bulk jobs do not take. Take the column out, and load files over REST.`;
    return { problem: headerProblem('BLOB_COLUMN', column, message) };
  }
  const why = whyReadOnly(field, index);
  const notCreateable = headerProblem(
    'NOT_CREATEABLE',
    column,
    `"${field.name}" cannot be set on new records. ${why}`,
  );
  const notUpdateable = headerProblem(
    'NOT_UPDATEABLE',
    column,
    `"${field.name}" cannot be changed on existing records. ${why}`,
  );
  if (operation === 'insert') return field.createable ? {} : { problem: notCreateable, isReadOnly: true };
  if (operation === 'update') return field.updateable ? {} : { problem: notUpdateable, isReadOnly: true };
  if (field.createable && field.updateable) return {};
  // An upsert does one or the other with each row, so a field that allows one of them may be right for all rows.
  if (field.createable) return { warning: notUpdateable };
  return field.updateable ? { warning: notCreateable } : { problem: notUpdateable, isReadOnly: true };
}

function whyReadOnly(field: DescribeField, index: FieldIndex): string {
  const components = index.components(field);
  return components.length > 0
    ? `It is made of ${components.join(', ')}: set those instead.`
    : 'The org fills it in, or your user may not edit it.';
}

/** Whether the user may do with records of the object what the operation does; the org refuses the job otherwise. */
export function mayBeUsed({ describe }: FieldIndex, operation: IngestOperation): Verdict {
  const { name, createable = true, updateable = true, deletable = true } = describe;
  const about = (verb: string) =>
    wholeHeaderProblem(
      'OBJECT_READ_ONLY',
      `Records of ${name} can't be ${verb}: the object doesn't allow it, or your user has no right to.`,
    );
  switch (operation) {
    case 'insert':
      return createable ? {} : { problem: about('created') };
    case 'update':
      return updateable ? {} : { problem: about('updated') };
    case 'upsert':
      if (createable && updateable) return {};
      // As with fields: the rows may all be such that the one of them is enough.
      if (!createable && !updateable) return { problem: about('created or updated') };
      return { warning: about(createable ? 'updated' : 'created') };
    default:
      return deletable ? {} : { problem: about('deleted') };
  }
}

/** Fields a new record needs that no column sets. */
export function missingRequired(index: FieldIndex, targets: Iterable<ColumnTarget>): HeaderProblem[] {
  const set = new Set(Array.from(targets, ({ field }) => field.name));
  return index.describe.fields
    .filter((field) => isRequiredOnCreate(field) && !set.has(field.name) && !isNameOfPerson(field, set))
    .map((field) => {
      const byParent =
        field.relationshipName === null
          ? ''
          : `, or "${field.relationshipName}.FIELD" with a key of the parent`;
      const message = `New ${index.describe.name} records need "${field.name}"${byParent}; no column sets it.`;
      return wholeHeaderProblem('MISSING_REQUIRED', message);
    });
}

/**
 * Whether the org may make the name itself: an account with a last name is a person account, whose name is joined from
 * its parts and must not be sent. No other object has both fields to set.
 */
export function isNameOfPerson({ name }: DescribeField, columns: ReadonlySet<string>): boolean {
  return name === 'Name' && columns.has('LastName');
}

/** Whether a new record must come with a value (REST API guide: sObject Describe). */
export function isRequiredOnCreate(field: DescribeField): boolean {
  return field.createable && !field.nillable && !field.defaultedOnCreate;
}
