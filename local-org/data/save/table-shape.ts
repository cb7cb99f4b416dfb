import type { Value } from '../../contracts.ts';
import type { FullField } from '../schema/full-field.ts';
import type { Table } from '../store/table.ts';

export const autoNumberWidth = 8;

/** The columns of a table that saving treats specially, worked out once. */
export type TableShape = {
  readonly required: readonly number[];
  readonly unique: readonly number[];
  readonly defaults: ReadonlyArray<{ readonly column: number; readonly value: Value }>;
  readonly users: readonly number[];
  readonly timestamps: readonly number[];
  readonly autoNumbers: readonly number[];
  readonly modifiedBy: readonly number[];
  readonly modifiedAt: readonly number[];
  readonly deletedFlags: readonly number[];
  /** Compound names: the column, and the parts it joins, first name first. */
  readonly names: ReadonlyArray<{ readonly column: number; readonly parts: readonly number[] }>;
};

const userFields = new Set(['OwnerId', 'CreatedById', 'LastModifiedById']);
const timestampFields = new Set(['CreatedDate', 'LastModifiedDate', 'SystemModstamp']);
const nameParts = ['FirstName', 'MiddleName', 'LastName', 'Suffix'];
const shapes = new WeakMap<Table, TableShape>();

function defaultOf(field: FullField): Value {
  if (field.defaultValue !== null) return field.defaultValue;
  return field.picklistValues.find(({ defaultValue }) => defaultValue)?.value ?? null;
}

function compoundNames(table: Table): TableShape['names'] {
  const column = table.column('Name');
  if (column === undefined || table.field(column).createable) return [];
  const parts = nameParts.map((name) => table.column(name)).filter((part) => part !== undefined);
  return parts.length === 0 ? [] : [{ column, parts }];
}

function computeShape(table: Table): TableShape {
  const { fields } = table.schema;
  const columns = (matches: (field: FullField) => boolean): number[] =>
    fields.map((field, column) => (matches(field) ? column : -1)).filter((column) => column >= 0);
  return {
    required: columns(
      ({ createable, nillable, defaultedOnCreate }) => createable && !nillable && !defaultedOnCreate,
    ),
    unique: columns(({ unique }) => unique),
    defaults: fields
      .map((field, column) => ({ column, value: defaultOf(field) }))
      .filter(({ value }) => value !== null),
    users: columns(({ name }) => userFields.has(name)),
    timestamps: columns(({ name }) => timestampFields.has(name)),
    autoNumbers: columns(({ autoNumber }) => autoNumber),
    modifiedBy: columns(({ name }) => name === 'LastModifiedById'),
    modifiedAt: columns(({ name }) => name === 'LastModifiedDate' || name === 'SystemModstamp'),
    deletedFlags: columns(({ name }) => name === 'IsDeleted'),
    names: compoundNames(table),
  };
}

export function shapeOf(table: Table): TableShape {
  let shape = shapes.get(table);
  if (shape === undefined) {
    shape = computeShape(table);
    shapes.set(table, shape);
  }
  return shape;
}
