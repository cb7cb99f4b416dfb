import type { Value } from '../../contracts.ts';
import type { FullField } from '../schema/full-field.ts';
import type { ObjectSchema } from '../schema/schema.ts';
import { Column } from './column.ts';
import { RowIndex } from './row-index.ts';
import { IdColumn } from './id-column.ts';

/** Where a record is in its life: in use, in the recycle bin, or gone for good. */
export const rowState = { live: 0, binned: 1, gone: 2 } as const;
export type RowState = (typeof rowState)[keyof typeof rowState];

/** Receives, for each change, what would undo it. */
export type UndoSink = (undo: () => void) => void;

export type TableOptions = {
  readonly schema: ObjectSchema;
  /** Where changes report how to undo them while a savepoint is set; shared by all tables. */
  readonly undo: { sink?: UndoSink | undefined };
  /** What all ids of this org have behind their key prefix. */
  readonly pod: string;
  /** Where the counter behind new ids starts. */
  readonly idSeed: number;
};

/**
 * The records of one object, stored by column: a field that no record uses costs nothing, and a row is a number.
 * Rows are never removed, so row order is the order of insertion.
 */
export class Table {
  readonly schema: ObjectSchema;
  readonly #columnByName = new Map<string, number>();
  /** By position; a field that no record has used yet has none. */
  readonly #columns: Array<Column | undefined>;
  readonly #states: RowState[] = [];
  readonly #ids: IdColumn;
  readonly #indexes: Array<RowIndex | undefined>;
  readonly #undo: { sink?: UndoSink | undefined };
  readonly idColumn: number;

  constructor({ schema, undo, pod, idSeed }: TableOptions) {
    this.schema = schema;
    this.#undo = undo;
    this.#ids = new IdColumn(schema.keyPrefix + pod, idSeed);
    schema.fields.forEach((field, column) => this.#columnByName.set(field.name.toLowerCase(), column));
    this.#columns = schema.fields.map(() => undefined);
    this.#indexes = schema.fields.map(() => undefined);
    this.idColumn = this.column('Id') ?? 0;
  }

  /** Rows ever inserted, deleted ones included. */
  get size(): number {
    return this.#states.length;
  }

  /** Whether row order is also ascending order of Id, as it is unless records were loaded with ids of their own. */
  get isSortedById(): boolean {
    return this.#ids.isAscending;
  }

  /** The position of a field, by its name in any case. */
  column(name: string): number | undefined {
    return this.#columnByName.get(name.toLowerCase());
  }

  field(column: number): FullField {
    const field = this.schema.fields[column];
    if (field === undefined) throw new RangeError(`${this.schema.name} has no column ${column}`);
    return field;
  }

  get(row: number, column: number): Value {
    return column === this.idColumn ? this.#ids.id(row) : (this.#columns[column]?.get(row) ?? null);
  }

  id(row: number): string {
    return this.#ids.id(row);
  }

  newId(): string {
    return this.#ids.mint();
  }

  state(row: number): RowState {
    return this.#states[row] ?? rowState.gone;
  }

  isLive(row: number): boolean {
    return this.#states[row] === rowState.live;
  }

  /** Row of a record by its 18-character id, whatever its state. */
  rowById(id: string): number | undefined {
    return this.#ids.row(id);
  }

  /** @param values one value per column, the id among them; undefined is null */
  append(values: ReadonlyArray<Value | undefined>): number {
    const row = this.#states.length;
    this.#states.push(rowState.live);
    this.#ids.push(values[this.idColumn] as string);
    for (let column = 0; column < this.#columns.length; column += 1) {
      const value = values[column] ?? null;
      const stored = this.#columns[column];
      if ((stored === undefined && value === null) || column === this.idColumn) continue;
      (stored ?? this.#open(column)).append(row, value);
      if (value !== null) this.#indexes[column]?.add(this.key(column, value), row);
    }
    this.#undo.sink?.(() => this.#removeLast(row));
    return row;
  }

  set(row: number, column: number, value: Value): void {
    const before = this.get(row, column);
    if (before === value) return;
    const index = this.isLive(row) ? this.#indexes[column] : undefined;
    if (before !== null) index?.remove(row);
    (this.#columns[column] ?? this.#open(column)).set(row, value);
    if (value !== null) index?.add(this.key(column, value), row);
    this.#undo.sink?.(() => this.set(row, column, before));
  }

  /** Moves a record in its life; only a live one is found by key. */
  setState(row: number, state: RowState): void {
    const before = this.state(row);
    if (before === state) return;
    this.#states[row] = state;
    this.#indexes.forEach((index, column) => {
      const value = this.get(row, column);
      if (index === undefined || value === null) return;
      if (state === rowState.live) index.add(this.key(column, value), row);
      else if (before === rowState.live) index.remove(row);
    });
    this.#undo.sink?.(() => this.setState(row, before));
  }

  /** Live rows that hold `value`, by a hash index that is built on first use. */
  lookup(column: number, value: Value): readonly number[] {
    if (value === null) return [];
    return (this.#indexes[column] ??= this.#buildIndex(column)).get(this.key(column, value));
  }

  /** What two values of a column share when the org takes them for the same. */
  key(column: number, value: Value): string {
    const text = String(value);
    const field = this.field(column);
    return field.caseSensitive || field.type === 'id' || field.type === 'reference'
      ? text
      : text.toLowerCase();
  }

  #buildIndex(column: number): RowIndex {
    const index = new RowIndex((row) => this.key(column, this.get(row, column)));
    for (let row = 0; row < this.size; row += 1) {
      const value = this.get(row, column);
      if (value !== null && this.isLive(row)) index.add(this.key(column, value), row);
    }
    return index;
  }

  #open(column: number): Column {
    return (this.#columns[column] = new Column());
  }

  /** The values stay where they are: the next row takes their place. */
  #removeLast(row: number): void {
    this.setState(row, rowState.gone);
    this.#ids.pop();
    this.#states.length = row;
  }
}
