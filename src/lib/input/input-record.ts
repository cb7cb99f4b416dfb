import { isUtf8 } from 'node:buffer';

import { InputError } from '../errors.js';
import { isPlainObject, kindOf, tagOf } from './cell-text.js';

/** A record of a JSON, NDJSON or Parquet input, its values as they were read. */
export type InputRecord = Readonly<Record<string, unknown>>;

/** The input that a record comes from, and its number there, from 1; its line where it has one of its own. */
export type RecordPlace = { readonly file: string; readonly row: number; readonly line?: number };

/** A record's JSON longer than this was never closed: the service takes 400,000 characters. */
export const maxJsonRecordBytes = 32 * 1024 * 1024;

/** Sixteen digits and more do not all fit a JavaScript number. */
const longNumber = /\d[\d.]{15}/;

/** Parses the JSON of one record. Throws InputError when it is not UTF-8, not valid or not an object. */
export function parseJsonRecord(bytes: Buffer, place: RecordPlace): InputRecord {
  if (!isUtf8(bytes)) throw recordError('RECORD', 'is not UTF-8 text.', place);
  const text = bytes.toString();
  let value: unknown;
  try {
    value = longNumber.test(text) ? JSON.parse(text, keepLongNumber) : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof RangeError) throw recordError('RECORD', 'is nested too deeply.', place);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw recordError('RECORD', `is not valid JSON: ${reason}.`, place);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw recordError('RECORD', 'is not a JSON object.', place);
  }
  return value as InputRecord;
}

/**
 * A program's record: an object with its fields as its own properties, of a class or not.
 * @throws InputError it is something else
 */
export function requireRecord(value: unknown, place: RecordPlace): InputRecord {
  if (typeof value !== 'object' || value === null) {
    const kind = value === null || value === undefined ? 'missing' : `a ${typeof value}`;
    const hint = typeof value === 'string' ? '; for a file, the input is { path }' : '';
    throw recordError('RECORD', `is ${kind}, and must be an object with fields${hint}.`, place);
  }
  const isRecord = isPlainObject(value) || (tagOf(value) === 'Object' && Object.keys(value).length > 0);
  if (isRecord) return value as InputRecord;
  throw recordError('RECORD', `is an object of the kind ${kindOf(value)}, which has no fields.`, place);
}

/** The refusal of one record; `what` completes a sentence that begins with it. */
export function recordError(code: string, what: string, { file, row, line }: RecordPlace): InputError {
  const subject = line === undefined ? 'The record' : `The record on line ${line}`;
  return new InputError([{ code, file, row, message: `${subject} ${what}` }]);
}

/** Leaves a number as it was written where JavaScript's number would not be the same. */
function keepLongNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined) return value;
  return longNumber.test(source) && String(value) !== source ? source : value;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
