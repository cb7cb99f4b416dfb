import { OrgError, type Value } from '../../contracts.ts';
import type { FullField } from '../schema/full-field.ts';
import type { Store } from '../store/store.ts';
import { rowState, type Table } from '../store/table.ts';
import type { From, Path } from './ast.ts';
import { soqlError } from './soql-error.ts';

/** Something a query can read from each of its rows. */
export type Readable<Row> = {
  /** As named in errors. */
  readonly name: string;
  /** The describe type of its values. */
  readonly type: string;
  readonly field?: FullField;
  readonly read: (row: Row) => Value;
};

/** A field, or a parent's field, found in the schema. */
export type BoundField = Readable<number> & {
  readonly field: FullField;
  /** Names in the schema's case: relationships, then the field. */
  readonly path: readonly string[];
  /** Position in the query's own table; absent for a parent's field. */
  readonly column?: number;
};

export type BinderOptions = {
  readonly store: Store;
  readonly table: Table;
  readonly soql: string;
  readonly from: From;
  readonly includeDeleted: boolean;
};

const advice = 'Please reference your WSDL or the describe call for the appropriate names.';

type Complaint = { readonly complaint: string };

function noSuchColumn(name: string, table: Table): Complaint {
  const hint =
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.";
  return { complaint: `No such column '${name}' on entity '${table.schema.name}'. ${hint} ${advice}` };
}

function noSuchRelationship(name: string): Complaint {
  return { complaint: misunderstood(name, 'field path') };
}

/** What the service says of a relationship that an object does not have. */
export function misunderstood(name: string, where: 'field path' | 'FROM part of query call'): string {
  const hint =
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.";
  return `Didn't understand relationship '${name}' in ${where}. ${hint} ${advice}`;
}

/** Finds the names of one query in the schema. */
export class Binder {
  readonly table: Table;
  readonly store: Store;
  readonly #soql: string;
  /** The relationships that a name of FROM stands for: none for the object itself. */
  readonly #named = new Map<string, readonly string[]>();
  readonly #lastVisible: number;

  /** Throws `INVALID_TYPE` for a parent in FROM that the object does not have. */
  constructor({ store, table, soql, from, includeDeleted }: BinderOptions) {
    this.store = store;
    this.table = table;
    this.#soql = soql;
    this.#lastVisible = includeDeleted ? rowState.binned : rowState.live;
    this.#named.set(table.schema.name.toLowerCase(), []);
    if (from.alias !== undefined) this.#named.set(from.alias.toLowerCase(), []);
    for (const { path, alias } of from.parents) this.#nameParent(path, alias);
  }

  get includesDeleted(): boolean {
    return this.#lastVisible !== rowState.live;
  }

  isVisible(table: Table, row: number): boolean {
    return table.state(row) <= this.#lastVisible;
  }

  fail(errorCode: string, at: number, text: string): OrgError {
    return soqlError(errorCode, this.#soql, { at, text });
  }

  /** Throws `INVALID_FIELD` at the path's place in the query. */
  bind({ names, at }: Path): BoundField {
    const bound = this.#follow(this.table, names.length > 1 ? this.withoutAlias(names) : names);
    if ('complaint' in bound) throw this.fail('INVALID_FIELD', at, bound.complaint);
    return bound;
  }

  /** `a.Name` or `Account.Name` in a query of Account is Name; what FROM has named stands for its relationships. */
  withoutAlias([first = '', ...rest]: readonly string[]): readonly string[] {
    return [...(this.#named.get(first.toLowerCase()) ?? [first]), ...rest];
  }

  #nameParent({ names, at }: Path, alias: string | undefined): void {
    const relationships = this.withoutAlias(names);
    if ('complaint' in this.#follow(this.table, [...relationships, 'Id'])) {
      throw this.fail('INVALID_TYPE', at, misunderstood(names.join('.'), 'FROM part of query call'));
    }
    if (alias !== undefined) this.#named.set(alias.toLowerCase(), relationships);
  }

  #relationship(table: Table, name: string): number | undefined {
    const wanted = name.toLowerCase();
    const column = table.schema.fields.findIndex((field) => field.relationshipName?.toLowerCase() === wanted);
    return column < 0 ? undefined : column;
  }

  #follow(table: Table, names: readonly string[]): BoundField | Complaint {
    const [name = '', ...rest] = names;
    if (rest.length > 0) return this.#followParent(table, name, rest);
    const column = table.column(name);
    if (column === undefined) return noSuchColumn(name, table);
    const field = table.field(column);
    return {
      name: field.name,
      type: field.type,
      field,
      path: [field.name],
      column,
      read: (row) => table.get(row, column),
    };
  }

  #followParent(table: Table, name: string, rest: readonly string[]): BoundField | Complaint {
    const column = this.#relationship(table, name);
    if (column === undefined) return noSuchRelationship(name);
    const { referenceTo, relationshipName, polymorphicForeignKey } = table.field(column);
    const parents = referenceTo
      .map((object) => this.store.table(object))
      .filter((parent) => parent !== undefined);
    const bounds = new Map<Table, BoundField>();
    let complaint: Complaint = noSuchRelationship(name);
    for (const parent of parents) {
      const bound = polymorphicForeignKey ? this.#followAny(parent, rest) : this.#follow(parent, rest);
      if ('complaint' in bound) complaint = bound;
      else bounds.set(parent, bound);
    }
    const [first] = bounds.values();
    if (first === undefined) return complaint;
    return {
      name: first.name,
      type: first.type,
      field: first.field,
      path: [relationshipName ?? name, ...first.path],
      read: (row) => this.#readParent(table.get(row, column), bounds),
    };
  }

  /** A polymorphic parent also has `Type`, and a `Name` whatever its name field is called. */
  #followAny(parent: Table, rest: readonly string[]): BoundField | Complaint {
    const [last = ''] = rest;
    const lower = last.toLowerCase();
    if (
      rest.length === 1 &&
      (lower === 'type' || (lower === 'name' && parent.column('Name') === undefined))
    ) {
      const column = parent.schema.fields.findIndex(({ nameField }) => nameField);
      const field = parent.field(column < 0 ? parent.idColumn : column);
      if (lower === 'type') {
        return { name: 'Type', type: 'string', field, path: ['Type'], read: () => parent.schema.name };
      }
      return {
        name: 'Name',
        type: field.type,
        field,
        path: ['Name'],
        read: (row) => parent.get(row, column),
      };
    }
    return this.#follow(parent, rest);
  }

  #readParent(id: Value, bounds: ReadonlyMap<Table, BoundField>): Value {
    if (typeof id !== 'string') return null;
    const parent = this.store.tableOfId(id);
    const bound = parent && bounds.get(parent);
    const row = parent?.rowById(id);
    return bound && row !== undefined && this.isVisible(parent, row) ? bound.read(row) : null;
  }
}

/** The table of a query's FROM. Throws `INVALID_TYPE`. */
export function tableOf(
  store: Store,
  soql: string,
  from: { readonly name: string; readonly at: number },
): Table {
  const table = store.table(from.name);
  if (table !== undefined) return table;
  const text = `sObject type '${from.name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${advice}`;
  throw soqlError('INVALID_TYPE', soql, { at: from.at, text });
}
