import type { ColumnKind, ColumnTypes } from '../describe/column-types.js';
import { jsonValueWriter } from './json-values.js';
import type { JsonValueWriter } from './json-values.js';

/** One key of a row's object: a column's value, or a parent record made of several columns. */
export type JsonMember = JsonValue | JsonParent;

export type JsonValue = {
  readonly type: 'value';
  /** The brace or comma before the key, the key and its colon. */
  readonly prefix: Buffer;
  readonly cell: number;
  /** Undefined where every value is text. */
  readonly kind: ColumnKind | undefined;
  readonly write: JsonValueWriter;
};

export type JsonParent = {
  readonly type: 'parent';
  readonly prefix: Buffer;
  readonly members: readonly JsonMember[];
  /** Every column under it: when all of them are empty, there is no parent record. */
  readonly cells: readonly number[];
};

type Branch = Map<string, Node>;
type Node = { readonly key: string; readonly at: number | Branch };

/**
 * The members of a row's object, in the columns' order. With `isNested`, `Account.Name` and `Account.Owner.Name`
 * share one `Account`, at the place of its first column; where `Account` is a column itself, they stay flat.
 */
export function jsonShape(
  columns: readonly string[],
  types: ColumnTypes | undefined,
  isNested: boolean,
): readonly JsonMember[] {
  const taken = new Set(columns.map((column) => column.toLowerCase()));
  const root: Branch = new Map();
  columns.forEach((column, cell) => {
    const parents = isNested ? parentsOf(column) : [];
    const isFree = parents.every((parent) => !taken.has(parent.toLowerCase()));
    if (isFree) plant(root, isNested ? column.split('.') : [column], cell);
    else root.set(column, { key: column, at: cell });
  });
  return membersOf(root, types);
}

/** `A` and `A.B` for `A.B.C`. */
function parentsOf(column: string): string[] {
  const path = column.split('.');
  return path.slice(1).map((_, index) => path.slice(0, index + 1).join('.'));
}

/** Puts the column into the tree at its path, in which no other column stands. */
function plant(root: Branch, path: readonly string[], cell: number): void {
  let branch = root;
  for (const key of path.slice(0, -1)) {
    const known = branch.get(key.toLowerCase())?.at;
    const next: Branch = typeof known === 'object' ? known : new Map<string, Node>();
    if (known === undefined) branch.set(key.toLowerCase(), { key, at: next });
    branch = next;
  }
  const key = path.at(-1) ?? '';
  branch.set(key.toLowerCase(), { key, at: cell });
}

function membersOf(branch: Branch, types: ColumnTypes | undefined): JsonMember[] {
  return [...branch.values()].map(({ key, at }, index) => {
    const prefix = Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`);
    if (typeof at === 'number') {
      const kind = types?.[at];
      return { type: 'value', prefix, cell: at, kind, write: jsonValueWriter(kind) };
    }
    return { type: 'parent', prefix, members: membersOf(at, types), cells: cellsOf(at) };
  });
}

function cellsOf(branch: Branch): number[] {
  return [...branch.values()].flatMap(({ at }) => (typeof at === 'number' ? [at] : cellsOf(at)));
}
