import { normalizeId } from '../store/ids.ts';
import type { Table } from '../store/table.ts';
import type { Condition, Literal } from './ast.ts';
import type { Binder } from './bind.ts';
import { unescape } from './comparable.ts';

/** Rows among which all that match must be, ascending: a list, or a span. */
export type Candidates =
  { readonly rows: readonly number[] } | { readonly start: number; readonly end: number };

type Compare = Extract<Condition, { kind: 'compare' }>;

function idOf(literal: Literal): string | undefined {
  return literal.kind === 'string' ? normalizeId(unescape(literal.raw)) : undefined;
}

/** The first row whose id is not before `id`. */
function lowerBound(table: Table, id: string): number {
  let low = 0;
  let high = table.size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table.id(middle) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rowsOf(binder: Binder, column: number, literals: readonly Literal[]): Candidates | undefined {
  const { table } = binder;
  const { type, externalId, idLookup, unique } = table.field(column);
  const found = new Set<number>();
  for (const literal of literals) {
    // Empty text means null, which no index holds.
    if (literal.kind !== 'string' || literal.raw === '') return undefined;
    if (type === 'id') {
      const row = table.rowById(idOf(literal) ?? '');
      if (row !== undefined) found.add(row);
    } else if (type === 'string' && !binder.includesDeleted && (externalId || idLookup || unique)) {
      for (const row of table.lookup(column, unescape(literal.raw))) found.add(row);
    } else return undefined;
  }
  return { rows: [...found].sort((a, b) => a - b) };
}

function spanOf(table: Table, { operator, literal }: Compare): Candidates | undefined {
  const id = idOf(literal);
  if (id === undefined || !table.isSortedById) return undefined;
  const at = lowerBound(table, id);
  if (operator === '>' || operator === '>=') return { start: at, end: table.size };
  if (operator === '<' || operator === '<=') return { start: 0, end: Math.min(at + 1, table.size) };
  return undefined;
}

function ownColumn(binder: Binder, condition: Condition): number | undefined {
  if (condition.kind !== 'compare' && condition.kind !== 'in') return undefined;
  return condition.operand.kind === 'path' ? binder.bind(condition.operand).column : undefined;
}

function fromOne(binder: Binder, condition: Condition): Candidates | undefined {
  const column = ownColumn(binder, condition);
  if (column === undefined) return undefined;
  if (condition.kind === 'in' && !condition.negated) return rowsOf(binder, column, condition.literals);
  if (condition.kind !== 'compare') return undefined;
  if (condition.operator === '=') return rowsOf(binder, column, [condition.literal]);
  return column === binder.table.idColumn ? spanOf(binder.table, condition) : undefined;
}

/** Narrows a query to few rows by an index, if one of its joined conditions has one; else every row is a candidate. */
export function findCandidates(binder: Binder, where: Condition | undefined): Candidates {
  const everything = { start: 0, end: binder.table.size };
  if (where === undefined) return everything;
  const parts = where.kind === 'and' ? where.parts : [where];
  const found = parts.map((part) => fromOne(binder, part)).filter((candidates) => candidates !== undefined);
  const lists = found.find((candidates) => 'rows' in candidates);
  if (lists !== undefined) return lists;
  const spans = found.filter((candidates) => 'start' in candidates);
  return {
    start: Math.max(0, ...spans.map(({ start }) => start)),
    end: Math.min(binder.table.size, ...spans.map(({ end }) => end)),
  };
}
