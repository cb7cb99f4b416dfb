import type { Operation, SaveRequest, Value } from '../../contracts.ts';
import type { Quirks } from '../quirks.ts';
import { soapType } from '../schema/full-field.ts';
import type { FullField } from '../schema/full-field.ts';
import { normalizeId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { readerOf } from './convert.ts';
import { resolveHeader, type Target } from './header.ts';
import { readForeignKey, readReference } from './references.ts';
import { RowError } from './row-error.ts';

/** One column of the input, ready to read cells. */
export type Column = {
  readonly column: number;
  readonly field: FullField;
  /** The value of a cell that is neither empty nor null; undefined when it cannot be read. */
  readonly read: (text: string) => Value | undefined;
};

export type SaveContext = {
  readonly store: Store;
  readonly table: Table;
  readonly quirks: Quirks;
  /** Rows of the table when the request began: none that it adds itself is found as a parent. */
  readonly sizeBefore: number;
  readonly request: Omit<SaveRequest, 'records'>;
};

/** Columns by the header that names them, each worked out once a request. */
export class Columns {
  readonly #context: SaveContext;
  readonly #byHeader = new Map<string, Column | RowError>();

  constructor(context: SaveContext) {
    this.#context = context;
  }

  /** Throws `INVALID_FIELD` for a header that names no field. */
  get(header: string): Column {
    let column = this.#byHeader.get(header);
    if (column === undefined) {
      column = this.#resolve(header);
      this.#byHeader.set(header, column);
    }
    if (column instanceof RowError) throw column;
    return column;
  }

  #resolve(header: string): Column | RowError {
    const { store, table } = this.#context;
    const target = resolveHeader(store, table, header);
    if ('problem' in target) {
      return new RowError(
        'INVALID_FIELD',
        `No such column '${header}' on sobject of type ${table.schema.name}`,
      );
    }
    return { column: target.column, field: target.field, read: this.#reader(target) };
  }

  #reader(target: Target): Column['read'] {
    const { store, quirks, table, sizeBefore } = this.#context;
    if (target.kind === 'relationship') {
      const knownRows = target.parent === table ? sizeBefore : Infinity;
      return (text) => readForeignKey({ ...target, knownRows }, text);
    }
    const { field } = target;
    if (field.type === 'id') return (text) => normalizeId(text) ?? text;
    if (field.type === 'reference') return (text) => readReference(store, field, text);
    return readerOf(field, quirks);
  }
}

/** Whether the operation may write the field; what identifies the record is not written. */
export function isWritable(field: FullField, isInsert: boolean): boolean {
  return isInsert ? field.createable : field.updateable;
}

/** What Bulk says of a cell that is not of its column's type; `position` is the column's. */
export function unreadable(field: FullField, text: string, position: number): RowError {
  const type = soapType(field.type);
  const message = `Failed to deserialize field at col ${position}. Due to, '${text}' is not a valid value for the type ${type}`;
  return new RowError('INVALID_FIELD', message, [field.name]);
}

export function identifies(
  operation: Operation,
  field: FullField,
  externalIdField: string | undefined,
): boolean {
  if (operation === 'upsert') return field.name === externalIdField;
  return operation !== 'insert' && field.type === 'id';
}
