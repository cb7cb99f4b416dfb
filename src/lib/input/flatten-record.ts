import { types } from 'node:util';
import type { InputError, InputProblem } from '../errors.js';
import { cellText, isPlainObject, type Unholdable } from './cell-text.js';
import { placeholder } from './placeholder.js';
import { recordError, type InputRecord, type RecordPlace } from './input-record.js';

/** What the service takes for "set this field to null" (Bulk API guide: Prepare CSV Files). */
export const nullText = '#N/A';

/** Receives a column's path and its text; undefined text for a null, which may stand for a whole parent record. */
export type VisitCell = (column: string, text: string | undefined) => void;

export type FlattenOptions = {
  readonly place: RecordPlace;
  /** Whether a column is a `date` field, so that a Date gives a day and not an instant; default never. */
  readonly isDateColumn?: (column: string) => boolean;
  /**
   * Gives what text becomes, or why it can't be told; booleans and dates are in the service's form. Default: it stays as it
   * is.
   */
  readonly convertText?: ((column: string, text: string) => string | Unholdable) | undefined;
  /** Gives what a number becomes; undefined leaves it as it is. */
  readonly convertNumber?: ((column: string, value: number | bigint) => string | undefined) | undefined;
  /** A list of child records is a column, which then turns out to be no field; default: it is refused at once. */
  readonly takesChildLists?: boolean;
  /** Told of a value that no cell can hold; true has its JSON for a text, as a placeholder. Default: it is refused. */
  readonly takesFault?: ((column: string, problem: InputProblem) => boolean) | undefined;
};

/**
 * Visits the values of a record as text, those of parent records under their path (`Account.Ext__c`). A plain object is
 * a parent record; everything else is a value. Leaves out undefined values and the `attributes` that REST puts into
 * records. Throws InputError for what no cell can hold, unless it is taken.
 */
export function flattenRecord(record: InputRecord, options: FlattenOptions, visit: VisitCell): void {
  const refuse = (what: string, column: string, value: unknown): void => {
    const error = cellError(what, column, options);
    const isTaken = error.problems.every((problem) => options.takesFault?.(column, problem) === true);
    if (!isTaken) throw error;
    // Text that could not be converted is a value all the same.
    visit(column, typeof value === 'string' && value.isWellFormed() ? value : placeholder(jsonText(value)));
  };
  const visitMembers = (members: object, prefix: string, depth: number): void => {
    if (depth > deepestParent) {
      refuse(`has more than ${deepestParent} parents`, prefix.slice(0, -1), members);
      return;
    }
    for (const [key, value] of Object.entries(members) as Array<[string, unknown]>) {
      const column = prefix + key;
      if (value === undefined || (key === 'attributes' && typeof value === 'object')) continue;
      if (isChildList(value)) {
        if (options.takesChildLists === true) visit(column, `${value.records.length} records`);
        else refuse('is a list of child records', column, value);
        continue;
      }
      if (isPlainObject(value)) {
        if (Object.keys(value).length === 0) refuse('is an object without fields', column, value);
        else visitMembers(value, `${column}.`, depth + 1);
        continue;
      }
      const given = converted(value, column, options);
      const text = typeof given === 'object' ? given : cellText(given ?? value, column, options.isDateColumn);
      if (typeof text === 'object') refuse(text.what, column, value);
      else visit(column, text);
    }
  };
  visitMembers(record, '', 0);
}

const longestJson = 1_000;

/** What is shown of a value that no cell can hold. */
function jsonText(value: unknown): string {
  // JSON has null for numbers and dates that are none.
  if (typeof value === 'number' || types.isDate(value)) return String(value);
  const text = (asJson(value) ?? typeof value).toWellFormed();
  return text.length > longestJson ? `${text.slice(0, longestJson).toWellFormed()}…` : text;
}

function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
  } catch {
    // It is nested too deeply, or in itself.
    return undefined;
  }
}

function converted(
  value: unknown,
  column: string,
  { convertText, convertNumber }: FlattenOptions,
): string | Unholdable | undefined {
  if (typeof value === 'string') return convertText?.(column, value);
  return typeof value === 'number' || typeof value === 'bigint' ? convertNumber?.(column, value) : undefined;
}

/** The records below one, as queries with a subquery and tree files have them. */
function isChildList(value: unknown): value is { readonly records: readonly unknown[] } {
  return isPlainObject(value) && 'records' in value && Array.isArray(value.records);
}

/** A load names one parent; SOQL reads five. What is deeper is no record, or has itself as its parent. */
const deepestParent = 20;

const longestName = 100;

function cellError(what: string, column: string, { place }: FlattenOptions): InputError {
  const name = column.length > longestName ? `${column.slice(0, longestName)}…` : column;
  return recordError('VALUE', `cannot be a row: ${name} ${what}.`, place);
}
