import { recordError, type InputRecord, type RecordPlace } from './input-record.js';

/** What the service takes for "set this field to null" (Bulk API guide: Prepare CSV Files). */
export const nullText = '#N/A';

/** Receives a column's path and its text; undefined text for a null, which may stand for a whole parent record. */
export type VisitCell = (column: string, text: string | undefined) => void;

export type FlattenOptions = {
  readonly place: RecordPlace;
  /** Whether a column is a `date` field, so that a Date gives a day and not an instant; default never. */
  readonly isDateColumn?: (column: string) => boolean;
};

/**
 * Visits the values of a record as text, those of parent records under their path (`Account.Ext__c`). Leaves out
 * undefined values and the `attributes` that REST puts into records. Throws InputError for what no cell can hold.
 */
export function flattenRecord(record: InputRecord, options: FlattenOptions, visit: VisitCell): void {
  const visitMembers = (members: object, prefix: string, depth: number): void => {
    if (depth > deepestParent) throw cellError(`has more than ${deepestParent} parents`, prefix, options);
    for (const [key, value] of Object.entries(members) as Array<[string, unknown]>) {
      const column = prefix + key;
      if (value === undefined || (key === 'attributes' && typeof value === 'object')) continue;
      if (value === null) visit(column, undefined);
      else if (isParent(value)) visitMembers(value, `${column}.`, depth + 1);
      else visit(column, textOf(value, column, options));
    }
  };
  visitMembers(record, '', 0);
}

/** A load names one parent; SOQL reads five. What is deeper is no record, or has itself as its parent. */
const deepestParent = 20;

function isParent(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}

function textOf(value: unknown, column: string, options: FlattenOptions): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return dateText(value, column, options);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return listText(value, column, options);
  throw cellError(`is ${typeof value === 'number' ? value : `a ${typeof value}`}`, column, options);
}

function dateText(value: Date, column: string, options: FlattenOptions): string {
  if (Number.isNaN(value.getTime())) throw cellError('is not a valid date', column, options);
  return options.isDateColumn?.(column) === true ? value.toISOString().slice(0, 10) : value.toISOString();
}

/** Several strings are the values of a multi-select picklist; none are its null. */
function listText(values: readonly unknown[], column: string, options: FlattenOptions): string | undefined {
  if (values.length === 0) return undefined;
  if (values.every((value) => typeof value === 'string' && !value.includes(';'))) return values.join(';');
  throw cellError('is a list; only strings, without semicolons, make a multi-select value', column, options);
}

const longestName = 100;

function cellError(what: string, column: string, { place }: FlattenOptions): Error {
  const name = column.length > longestName ? `${column.slice(0, longestName)}…` : column;
  return recordError('VALUE', `cannot be a row: ${name} ${what}.`, place);
}
