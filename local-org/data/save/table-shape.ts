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
  readonly names: readonly CompoundName[];
  /** Of an object whose records may be persons: accounts, in an org with person accounts. */
  readonly person: PersonShape | undefined;
};

export type CompoundName = { readonly column: number; readonly parts: readonly number[] };

/** A record is a person when it has a last name; its name is then joined from its parts like that of a contact. */
export type PersonShape = {
  readonly flag: number;
  readonly lastName: number;
  readonly name: CompoundName;
  /** Columns that only persons have. */
  readonly own: ReadonlySet<number>;
};

const userFields = new Set(['OwnerId', 'CreatedById', 'LastModifiedById']);
const timestampFields = new Set(['CreatedDate', 'LastModifiedDate', 'SystemModstamp']);
const nameParts = ['FirstName', 'MiddleName', 'LastName', 'Suffix'];
const shapes = new WeakMap<Table, TableShape>();

function defaultOf(field: FullField): Value {
  if (field.defaultValue !== null) return field.defaultValue;
  return field.picklistValues.find(({ defaultValue }) => defaultValue)?.value ?? null;
}

function partsOf(table: Table): number[] {
  return nameParts.map((name) => table.column(name)).filter((part) => part !== undefined);
}

function compoundNames(table: Table): TableShape['names'] {
  const column = table.column('Name');
  if (column === undefined || table.field(column).createable) return [];
  const parts = partsOf(table);
  return parts.length === 0 ? [] : [{ column, parts }];
}

function personShape(table: Table): PersonShape | undefined {
  const [flag, name, lastName] = ['IsPersonAccount', 'Name', 'LastName'].map((field) => table.column(field));
  if (flag === undefined || name === undefined || lastName === undefined) return undefined;
  if (!table.field(name).createable) return undefined;
  const own = table.schema.fields.flatMap((field, column) =>
    nameParts.includes(field.name) || /^Person|__pc$/.test(field.name) ? [column] : [],
  );
  return { flag, lastName, name: { column: name, parts: partsOf(table) }, own: new Set(own) };
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
    person: personShape(table),
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
