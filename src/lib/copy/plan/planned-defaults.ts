import type { DescribeField } from '../../api/types.js';
import type { FieldIndex } from '../../describe/field-index.js';
import type { CopyObject } from '../../run/copy-record.js';

/**
 * Of the fields that are sent, those that the target would fill where a new record says nothing of them: an empty cell leaves
 * them their default, and only `#N/A` makes them empty (Bulk API 2.0 and Bulk API Developer Guide: Valid CSV Record Rows).
 * Record types and owners aren't among them: what a record gets that has none follows from the user.
 */
export function defaultedFields(
  { fields, lookups, set }: Pick<CopyObject, 'fields' | 'lookups' | 'set'>,
  target: FieldIndex,
): string[] {
  const followed = lookups.flatMap(({ field, byName }) => (byName === undefined ? [field] : []));
  return [...fields, ...followed, ...Object.keys(set)].filter((name) => {
    const field = target.field(name);
    return field !== undefined && field.nillable && field.createable && hasDefault(field);
  });
}

/** Describe tells of defaults in several ways, and no two of them always agree. */
function hasDefault(field: DescribeField): boolean {
  const { defaultedOnCreate, defaultValue, defaultValueFormula, picklistValues = [] } = field;
  return (
    defaultedOnCreate ||
    (defaultValue ?? null) !== null ||
    (defaultValueFormula ?? '') !== '' ||
    picklistValues.some((each) => each.defaultValue === true)
  );
}
