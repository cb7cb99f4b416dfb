import type { SaveResult, Value } from '../../contracts.ts';
import type { FullField } from '../schema/full-field.ts';
import { rowState } from '../store/table.ts';
import { isWritable, type SaveContext } from './columns.ts';
import type { Draft } from './draft.ts';
import { RowError } from './row-error.ts';
import { autoNumberWidth, shapeOf, type TableShape } from './table-shape.ts';

/** Writes drafts to their table, or throws what forbids it. */
export class Writer {
  readonly #context: SaveContext;
  readonly #shape: TableShape;
  readonly #timestamp: string;

  constructor(context: SaveContext) {
    this.#context = context;
    this.#shape = shapeOf(context.table);
    this.#timestamp = context.store.timestamp();
  }

  insert(draft: Draft): SaveResult {
    const { table, store } = this.#context;
    const { values } = draft;
    if ((values[table.idColumn] ?? null) !== null) {
      throw new RowError('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', ['Id']);
    }
    this.#checkWritable(draft, true);
    this.#checkRequired(this.#shape.required.filter((column) => (values[column] ?? null) === null));
    this.#checkUnique(draft, undefined);
    this.complete(values);
    const id = store.newId(table);
    values[table.idColumn] = id;
    table.append(values);
    return { success: true, id, created: true };
  }

  update(draft: Draft, row: number): SaveResult {
    const { table } = this.#context;
    this.#checkWritable(draft, false);
    this.#checkRequired(
      draft.touched.filter((column) => draft.values[column] === null && !table.field(column).nillable),
    );
    this.#checkUnique(draft, row);
    for (const column of draft.touched) {
      if (!this.#isKey(table.field(column))) table.set(row, column, draft.values[column] ?? null);
    }
    for (const { column, parts } of this.#shape.names) {
      table.set(row, column, joinName(parts.map((part) => table.get(row, part))));
    }
    this.#touch(row);
    return { success: true, id: table.id(row), created: false };
  }

  delete(row: number): SaveResult {
    const { table, request } = this.#context;
    this.#touch(row);
    for (const column of this.#shape.deletedFlags) table.set(row, column, true);
    table.setState(row, request.operation === 'hardDelete' ? rowState.gone : rowState.binned);
    return { success: true, id: table.id(row), created: false };
  }

  /** Fills what the org itself gives a new record: defaults, owner, dates, numbers, the compound name. */
  complete(values: Array<Value | undefined>): void {
    const { table, store } = this.#context;
    const { defaults, users, timestamps, autoNumbers, names } = this.#shape;
    for (const { column, value } of defaults) values[column] ??= value;
    for (const column of users) values[column] ??= store.userId;
    for (const column of timestamps) values[column] ??= this.#timestamp;
    for (const column of autoNumbers)
      values[column] ??= String(table.size + 1000).padStart(autoNumberWidth, '0');
    for (const { column, parts } of names)
      values[column] ??= joinName(parts.map((part) => values[part] ?? null));
  }

  #touch(row: number): void {
    const { table, store } = this.#context;
    for (const column of this.#shape.modifiedBy) table.set(row, column, store.userId);
    for (const column of this.#shape.modifiedAt) table.set(row, column, this.#timestamp);
  }

  #isKey(field: FullField): boolean {
    return field.type === 'id' || field.name === this.#context.request.externalIdField;
  }

  #checkWritable({ touched }: Draft, isInsert: boolean): void {
    const fields = touched.map((column) => this.#context.table.field(column));
    const refused = fields
      .filter(
        (field) => !isWritable(field, isInsert) && (isInsert ? field.type !== 'id' : !this.#isKey(field)),
      )
      .map((field) => field.name);
    if (refused.length === 0) return;
    const message = `Unable to create/update fields: ${refused.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
    throw new RowError('INVALID_FIELD_FOR_INSERT_UPDATE', message, refused);
  }

  #checkRequired(missing: readonly number[]): void {
    if (missing.length === 0) return;
    const names = missing.map((column) => this.#context.table.field(column).name);
    throw new RowError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, names);
  }

  #checkUnique({ values }: Draft, row: number | undefined): void {
    const { table } = this.#context;
    for (const column of this.#shape.unique) {
      const other = table.lookup(column, values[column] ?? null).find((found) => found !== row);
      if (other === undefined) continue;
      const message = `duplicate value found: ${table.field(column).name} duplicates value on record with id: ${table.id(other)}`;
      throw new RowError('DUPLICATE_VALUE', message);
    }
  }
}

function joinName(parts: readonly Value[]): string | null {
  return parts.filter((part) => part !== null).join(' ') || null;
}
