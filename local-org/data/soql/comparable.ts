import type { Value } from '../../contracts.ts';
import { parseDate, parseDateTime } from '../save/dates.ts';
import { isNumeric, soapType } from '../schema/full-field.ts';
import { normalizeId } from '../store/ids.ts';
import type { Literal } from './ast.ts';
import type { Readable } from './bind.ts';
import { soqlError } from './soql-error.ts';

/** A value in the form in which `===`, `<` and `>` say what the service says. */
export type Comparable = string | number | boolean;

const unquoted = new Set(['int', 'double', 'currency', 'percent', 'boolean', 'date', 'datetime', 'time']);

/** Where in the query to point when a literal does not fit its field: at the field. */
export type Place = { readonly soql: string; readonly at: number };

function isText({ type, field }: Readable<never>): boolean {
  return !unquoted.has(type) && !isId({ type }) && field?.caseSensitive !== true;
}

function isId({ type }: { readonly type: string }): boolean {
  return type === 'id' || type === 'reference';
}

/** Text compares without regard to case, unless its field is case-sensitive; ids and numbers as they are. */
export function comparableOf(readable: Readable<never>): (value: Value) => Comparable | null {
  return isText(readable)
    ? (value) => (typeof value === 'string' ? value.toLowerCase() : value)
    : (value) => value;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  N: '\n',
  R: '\r',
  T: '\t',
  B: '\b',
  F: '\f',
};

export function unescape(raw: string): string {
  return raw.replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char);
}

function wrongType(readable: Readable<never>, { kind }: Literal, { soql, at }: Place): Error {
  const type = soapType(readable.type).replace(/^\w+:/, '');
  const quoting = kind === 'string' ? 'should not be enclosed in quotes' : 'should be enclosed in quotes';
  const text = `value of filter criterion for field '${readable.name}' must be of type ${type} and ${quoting}`;
  return soqlError('INVALID_FIELD', soql, { at, text });
}

function readText(readable: Readable<never>, raw: string, { soql, at }: Place): Comparable | null {
  const text = unescape(raw);
  if (!isId(readable)) return comparableOf(readable)(text === '' ? null : text);
  const id = normalizeId(text);
  if (id !== undefined || text === '') return id ?? null;
  throw soqlError('INVALID_QUERY_FILTER_OPERATOR', soql, { at, text: `invalid ID field: ${text}` });
}

/** The value that a literal stands for when it is compared with `readable`; null for `null`. Not for date ranges. */
export function literalValue(readable: Readable<never>, literal: Literal, place: Place): Comparable | null {
  const { type } = readable;
  switch (literal.kind) {
    case 'null':
      return null;
    case 'string':
      if (unquoted.has(type)) throw wrongType(readable, literal, place);
      return readText(readable, literal.raw, place);
    case 'number':
      if (!isNumeric(readable)) throw wrongType(readable, literal, place);
      return literal.value;
    case 'boolean':
      if (type !== 'boolean') throw wrongType(readable, literal, place);
      return literal.value;
    case 'date':
    case 'datetime': {
      const parse = literal.kind === 'date' ? parseDate : parseDateTime;
      const value = type === literal.kind ? parse(literal.text) : undefined;
      if (value === undefined) throw wrongType(readable, literal, place);
      return value;
    }
    case 'range':
      throw wrongType(readable, literal, place);
  }
}
