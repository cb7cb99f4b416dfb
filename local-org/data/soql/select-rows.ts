import type { Query } from './ast.ts';
import type { Binder } from './bind.ts';
import { findCandidates } from './candidates.ts';
import type { Predicate } from './filter.ts';
import { sortRows, type SortKey } from './order.ts';
import { bindOperand } from './scalar-functions.ts';

/** A list of row numbers that takes four bytes each. */
class RowList {
  #rows = new Uint32Array(1024);
  #length = 0;

  push(row: number): void {
    if (this.#length === this.#rows.length) {
      const grown = new Uint32Array(this.#rows.length * 2);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rows[this.#length] = row;
    this.#length += 1;
  }

  get length(): number {
    return this.#length;
  }

  toArray(): Uint32Array {
    return this.#rows.subarray(0, this.#length);
  }
}

export type SelectOptions = {
  readonly binder: Binder;
  readonly query: Query;
  readonly matches: Predicate<number> | undefined;
};

/** Rows that meet the WHERE clause, in the order they were inserted; at most `most` of them. */
export function matchingRows({ binder, query, matches }: SelectOptions, most = Infinity): Uint32Array {
  const { table } = binder;
  const found = new RowList();
  const consider = (row: number): void => {
    if (binder.isVisible(table, row) && (matches === undefined || matches(row))) found.push(row);
  };
  const candidates = findCandidates(binder, query.where);
  if ('rows' in candidates) candidates.rows.forEach(consider);
  else for (let row = candidates.start; row < candidates.end && found.length < most; row += 1) consider(row);
  return found.toArray();
}

function sortKeys(binder: Binder, query: Query): Array<SortKey<number>> {
  return query.orderBy.map(({ operand, ...order }) => {
    if (operand.kind === 'call')
      throw binder.fail('MALFORMED_QUERY', operand.at, `unexpected token: '${operand.name}'`);
    const readable = bindOperand(binder, operand);
    if (readable.field?.sortable !== false) return { ...order, readable };
    const text = `field '${readable.name}' can not be sorted in a query call`;
    throw binder.fail('MALFORMED_QUERY', operand.at, text);
  });
}

type Sliceable<List> = { readonly length: number; slice(start: number, end: number): List };

/** Cuts a list to the query's OFFSET and LIMIT. */
export function cut<List extends Sliceable<List>>(list: List, { offset, limit = Infinity }: Query): List {
  const start = offset?.rows ?? 0;
  const end = Math.min(start + limit, list.length);
  return start === 0 && end === list.length ? list : list.slice(start, end);
}

/** Rows that meet the WHERE clause, sorted, before OFFSET and LIMIT. */
export function sortedRows(options: SelectOptions): Uint32Array {
  const { binder, query } = options;
  const keys = sortKeys(binder, query);
  const [first] = keys;
  const isInOrder =
    first === undefined || (first.readable.type === 'id' && binder.table.isSortedById && isOwn(first));
  if (!isInOrder) return Uint32Array.from(sortRows(matchingRows(options), keys));
  if (first?.descending === true) return matchingRows(options).reverse();
  const most = query.limit === undefined ? Infinity : query.limit + (query.offset?.rows ?? 0);
  return matchingRows(options, most);
}

function isOwn({ readable }: SortKey<number>): boolean {
  return 'column' in readable;
}
