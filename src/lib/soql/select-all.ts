import type { DescribeField, SObjectDescribe } from '../api/types.js';
import { isBlob, isCompound } from './fields.js';

export type SelectAllRequest = {
  readonly describe: SObjectDescribe;
  /** The fields to select, as the user named them. Default: every field that a Bulk job can return. */
  readonly fields?: readonly string[];
  /** A condition, with or without the word WHERE before it. */
  readonly where?: string;
};

export type SelectAll = {
  readonly soql: string;
  /** Fields of the object that a Bulk job cannot return: compounds, whose parts are selected, and files. */
  readonly leftOut: readonly string[];
};

/** Writes the query for an object by its describe. */
export function selectAll({ describe, fields, where }: SelectAllRequest): SelectAll {
  const returnable = describe.fields.filter((field) => isReturnable(field)).map(({ name }) => name);
  const selected =
    fields === undefined
      ? returnable
      : distinctNames(fields.map((field) => field.trim()).filter((name) => name !== ''));
  const condition = where?.trim().replace(/^WHERE\s+/i, '') ?? '';
  const soql = `SELECT ${selected.join(', ')} FROM ${describe.name}`;
  return {
    soql: condition === '' ? soql : `${soql} WHERE ${condition}`,
    leftOut:
      fields === undefined
        ? describe.fields.filter((field) => !isReturnable(field)).map(({ name }) => name)
        : [],
  };
}

function isReturnable(field: DescribeField): boolean {
  // `complexvalue` is a nested document, found on setup objects; it has no place in a CSV either.
  return !isCompound(field) && !isBlob(field) && field.type !== 'complexvalue';
}

/** Names of fields, each once, whatever its case. */
export function distinctNames(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}
