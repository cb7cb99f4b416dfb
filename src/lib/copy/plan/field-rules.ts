import type { DescribeField } from '../../api/types.js';

/** Whether a record can't be created without a value. */
export function isRequiredIn(field: DescribeField): boolean {
  return !field.nillable && !field.defaultedOnCreate && field.type !== 'boolean';
}

/** Whether a record is given its value when it is created, and keeps it: such as the parent of a detail. */
export function isCreateOnly({ createable, updateable }: DescribeField): boolean {
  return createable && !updateable;
}
