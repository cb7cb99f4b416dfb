import { OrgError, type InputRecord, type Value } from '../../contracts.ts';
import type { FullField } from '../schema/full-field.ts';
import { Columns, identifies, unreadable, type Column, type SaveContext } from './columns.ts';
import { RowError } from './row-error.ts';

/** A record of the input as far as it could be read without looking at the record it will change. */
export type Draft = {
  /** The table's columns that the input speaks of, null included. */
  readonly columns: readonly number[];
  /** Their values, one for each of `columns`. */
  readonly values: readonly Value[];
  /** What identifies the record: its id, or the external id of an upsert. */
  readonly key: Value;
  readonly error: RowError | undefined;
};

const nullCell = '#N/A';

function jsonMismatch(field: FullField, text: string): OrgError {
  const message = `Cannot deserialize instance of ${field.type} from VALUE_STRING value ${text} or request may be missing a required field at [line:1, column:1]`;
  return new OrgError('JSON_PARSER_ERROR', message);
}

/** Rewrites `{ Account: { Ext__c: 'x' } }` as `{ 'Account.Ext__c': 'x' }`, the type of a polymorphic parent as prefix. */
function flatten(record: InputRecord): InputRecord {
  const flat: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    if (name === 'attributes') continue;
    if (typeof value !== 'object' || value === null) flat[name] = value;
    else {
      const { attributes, ...keys } = value as { attributes?: { type?: string } } & Record<string, unknown>;
      const prefix = attributes?.type === undefined ? '' : `${attributes.type}:`;
      for (const [key, keyValue] of Object.entries(keys)) flat[`${prefix}${name}.${key}`] = keyValue;
    }
  }
  return flat;
}

/** Reads the records of one request into drafts. */
export class DraftReader {
  readonly #context: SaveContext;
  readonly #columns: Columns;
  #keyHeader = '';

  constructor(context: SaveContext) {
    this.#context = context;
    this.#columns = new Columns(context);
  }

  read(input: InputRecord): Draft {
    const { request } = this.#context;
    const record = request.source === 'json' ? flatten(input) : input;
    const columns: number[] = [];
    const values: Value[] = [];
    let key: Value = null;
    let error: RowError | undefined;
    let position = -1;
    for (const header in record) {
      position += 1;
      try {
        const column = this.#columns.get(header);
        const value = this.#readCell(column, record[header], position);
        if (value === undefined) continue;
        if (identifies(request.operation, column.field, request.externalIdField)) key = value;
        columns.push(column.column);
        values.push(value);
      } catch (caught) {
        if (!(caught instanceof RowError)) throw caught;
        error ??= caught;
      }
    }
    return { columns, values, key, error };
  }

  /** What identifies a record, without the rest of it; null when that is missing or cannot be read. */
  readKey(record: InputRecord): Value {
    if (!(this.#keyHeader in record)) {
      this.#keyHeader = Object.keys(record).find((header) => this.#isKey(header)) ?? '';
    }
    try {
      const cell = record[this.#keyHeader];
      return cell === undefined
        ? null
        : (this.#readCell(this.#columns.get(this.#keyHeader), cell, 0) ?? null);
    } catch (caught) {
      if (caught instanceof RowError) return null;
      throw caught;
    }
  }

  #isKey(header: string): boolean {
    const { operation, externalIdField = 'Id' } = this.#context.request;
    const key = operation === 'upsert' ? externalIdField : 'Id';
    return header.toLowerCase() === key.toLowerCase();
  }

  #readCell({ field, read }: Column, cell: unknown, position: number): Value | undefined {
    const isCsv = this.#context.request.source === 'csv';
    if (cell === undefined || (isCsv && cell === '')) return undefined;
    if (cell === null || cell === '' || (isCsv && cell === nullCell)) return this.#readNull(field);
    const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
    const value = read(text);
    if (value !== undefined) return value;
    const { columnPositionsFrom } = this.#context.quirks;
    throw isCsv ? unreadable(field, text, position + columnPositionsFrom) : jsonMismatch(field, text);
  }

  #readNull(field: FullField): false | null {
    if (field.type !== 'boolean') return null;
    if (this.#context.quirks.nullCheckboxIsFalse) return false;
    const message = `${field.label}: value not of required type: `;
    throw new RowError('INVALID_TYPE_ON_FIELD_IN_RECORD', message, [field.name]);
  }
}
