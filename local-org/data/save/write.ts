import type { SaveResult, Value } from '../../contracts.ts';
import type { FullField } from '../schema/full-field.ts';
import { rowState } from '../store/table.ts';
import { isWritable, type SaveContext } from './columns.ts';
import type { Draft } from './draft.ts';
import { checkParents } from './check-parents.ts';
import { discard, touch } from './discard.ts';
import { checkPersonFields, personOf } from './person-account.ts';
import { addPersonContact, changePersonContact } from './person-contact.ts';
import { RowError } from './row-error.ts';
import { autoNumberWidth, shapeOf, type TableShape } from './table-shape.ts';

/** Writes drafts to their table, or throws what forbids it. */
export class Writer {
  readonly #context: SaveContext;
  readonly #shape: TableShape;
  readonly #timestamp: string;
  /** One value a column of the table, used for each new row in turn. */
  readonly #row: Array<Value | undefined>;

  constructor(context: SaveContext) {
    this.#context = context;
    this.#shape = shapeOf(context.table);
    this.#timestamp = context.store.timestamp();
    this.#row = new Array<Value | undefined>(context.table.schema.fields.length).fill(undefined);
  }

  insert({ columns, values }: Draft): SaveResult {
    const { table } = this.#context;
    const row = this.#row;
    row.fill(undefined);
    columns.forEach((column, at) => (row[column] = values[at]));
    if ((row[table.idColumn] ?? null) !== null) {
      throw new RowError('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', ['Id']);
    }
    this.#checkWritable(columns, true);
    const person = personOf(this.#shape, (column) => row[column] ?? null);
    checkPersonFields(this.#context, { columns, values }, { person, isInsert: true });
    this.#checkRequired(
      this.#shape.required.filter(
        (column) => (row[column] ?? null) === null && column !== person?.name.column,
      ),
    );
    for (const column of this.#shape.unique) {
      // The key of an upsert has just been looked for in vain.
      if (!this.#isKey(table.field(column))) this.#checkUnique(column, row[column] ?? null);
    }
    checkParents(this.#context, { columns, values });
    this.complete(row);
    const id = table.newId();
    row[table.idColumn] = id;
    this.append(row);
    return { success: true, id, created: true };
  }

  update({ columns, values }: Draft, row: number): SaveResult {
    const { table } = this.#context;
    this.#checkWritable(columns, false);
    const person = personOf(this.#shape, (column) => table.get(row, column));
    checkPersonFields(this.#context, { columns, values }, { person, isInsert: false });
    this.#checkRequired(columns.filter((column, at) => values[at] === null && !table.field(column).nillable));
    columns.forEach((column, at) => {
      if (this.#shape.unique.includes(column)) this.#checkUnique(column, values[at] ?? null, row);
    });
    checkParents(this.#context, { columns, values });
    columns.forEach((column, at) => {
      if (!this.#isKey(table.field(column))) table.set(row, column, values[at] ?? null);
    });
    const names = person === undefined ? this.#shape.names : [...this.#shape.names, person.name];
    for (const { column, parts } of names) {
      table.set(row, column, joinName(parts.map((part) => table.get(row, part))));
    }
    if (person !== undefined) changePersonContact(this.#context.store, table, row);
    touch({ store: this.#context.store, timestamp: this.#timestamp }, table, row);
    return { success: true, id: table.id(row), created: false };
  }

  /** Adds a complete record, and the contact of a person. */
  append(values: ReadonlyArray<Value | undefined>): void {
    const { table, store } = this.#context;
    const row = table.append(values);
    if (this.#shape.person === undefined) return;
    addPersonContact(store, { table, row }, (contacts, contact) =>
      new Writer({ ...this.#context, table: contacts }).complete(contact),
    );
  }

  delete(row: number): SaveResult {
    const { table, store, request } = this.#context;
    const state = request.operation === 'hardDelete' ? rowState.gone : rowState.binned;
    discard({ store, timestamp: this.#timestamp, state }, table, row);
    return { success: true, id: table.id(row), created: false };
  }

  /** Fills what the org itself gives a new record: defaults, owner, dates, numbers, the compound name. */
  complete(values: Array<Value | undefined>): void {
    const { table, store } = this.#context;
    const { defaults, users, timestamps, autoNumbers, names } = this.#shape;
    // A field that is null in words keeps that: its default is for records that say nothing of it.
    for (const { column, value } of defaults)
      if (values[column] === undefined || !table.field(column).nillable) values[column] ??= value;
    for (const column of users) values[column] ??= store.userId;
    for (const column of timestamps) values[column] ??= this.#timestamp;
    for (const column of autoNumbers)
      values[column] ??= String(table.size + 1000).padStart(autoNumberWidth, '0');
    const person = personOf(this.#shape, (column) => values[column] ?? null);
    if (person !== undefined) values[person.flag] = true;
    for (const { column, parts } of person === undefined ? names : [...names, person.name])
      values[column] ??= joinName(parts.map((part) => values[part] ?? null));
  }

  #isKey(field: FullField): boolean {
    return field.type === 'id' || field.name === this.#context.request.externalIdField;
  }

  #checkWritable(columns: readonly number[], isInsert: boolean): void {
    const { table } = this.#context;
    const names = columns
      .filter((column) => !this.#mayWrite(table.field(column), isInsert))
      .map((column) => table.field(column).name);
    if (names.length === 0) return;
    const message = `Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
    throw new RowError('INVALID_FIELD_FOR_INSERT_UPDATE', message, names);
  }

  /** The id of a new record is checked on its own; what identifies a record is not written. */
  #mayWrite(field: FullField, isInsert: boolean): boolean {
    return isWritable(field, isInsert) || (isInsert ? field.type === 'id' : this.#isKey(field));
  }

  #checkRequired(missing: readonly number[]): void {
    if (missing.length === 0) return;
    const names = missing.map((column) => this.#context.table.field(column).name);
    throw new RowError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, names);
  }

  #checkUnique(column: number, value: Value, row?: number): void {
    const { table } = this.#context;
    const other = table.lookup(column, value).find((found) => found !== row);
    if (other === undefined) return;
    const message = `duplicate value found: ${table.field(column).name} duplicates value on record with id: ${table.id(other)}`;
    throw new RowError('DUPLICATE_VALUE', message);
  }
}

function joinName(parts: readonly Value[]): string | null {
  return parts.filter((part) => part !== null).join(' ') || null;
}
