import type { FieldIndex } from '../describe/field-index.js';
import { valueAt } from '../describe/rest-values.js';
import { flattenRecord, nullText } from '../input/flatten-record.js';
import { requireRecord, type InputRecord } from '../input/input-record.js';

const file = 'records of the query';

/**
 * The new values of a record, as either API takes them: what is no number and no boolean is the text that a load would
 * send, days and instants included. The record stays the one that was found, whatever a mapping says. Empty text and
 * `#N/A` become null, which is the same on either route: in a Bulk load empty text would change nothing, and SObject
 * Collections would write `#N/A`.
 *
 * @param row the record's number, from 1
 * @throws InputError the change is no object (a Promise is none), or has a value that no field can hold
 */
export function newValues(change: unknown, fields: FieldIndex, row: number): InputRecord {
  const place = { file, row };
  const given = requireRecord(change, place);
  const values: Record<string, unknown> = {};
  const isDateColumn = (column: string): boolean => fields.field(column)?.type === 'date';
  flattenRecord(given, { place, isDateColumn }, (column, text) => {
    if (column.toLowerCase() === 'id') return;
    const isClear = text === undefined || text === '' || text === nullText;
    put(values, column, isClear ? null : jsonValue(valueAt(given, column), text));
  });
  return values;
}

function jsonValue(value: unknown, text: string): string | number | boolean {
  return typeof value === 'number' || typeof value === 'boolean' ? value : text;
}

/** `Owner.Ext__c` is a field of the parent record `Owner`. */
function put(values: Record<string, unknown>, column: string, value: unknown): void {
  const names = column.split('.');
  let parent = values;
  for (const name of names.slice(0, -1)) parent = (parent[name] ??= {}) as Record<string, unknown>;
  parent[names.at(-1) ?? ''] = value;
}
