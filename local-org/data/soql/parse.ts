import type { Order, Path, Query, Selected, TypeOf } from './ast.ts';
import { Cursor } from './cursor.ts';
import { passEndings, passWith } from './parse-clauses.ts';
import { ConditionParser, parseOperand, parsePath, parseReadable } from './parse-condition.ts';

const clauseWords = [
  ...['WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'OFFSET', 'FOR', 'USING', 'WITH', 'ALL', 'UPDATE', 'SET'],
];

/** Reads SOQL. Throws `MALFORMED_QUERY` at the token that does not fit. */
export function parseSoql(soql: string): Query {
  const cursor = new Cursor(soql);
  const query = parseQuery(cursor);
  if (cursor.peek().kind !== 'end') throw cursor.unexpected();
  return query;
}

function parseQuery(cursor: Cursor): Query {
  const conditions = new ConditionParser(cursor, () => parseQuery(cursor));
  cursor.expect('SELECT');
  const select = listOf(cursor, () => parseSelected(cursor));
  cursor.expect('FROM');
  const from = parseFrom(cursor);
  const where = cursor.take('WHERE') ? conditions.parse() : undefined;
  passWith(cursor);
  const grouping = cursor.take('GROUP', 'BY') ? parseGrouping(cursor) : { groupBy: [] };
  const having = cursor.take('HAVING') ? conditions.parse() : undefined;
  const orderBy = cursor.take('ORDER', 'BY') ? listOf(cursor, () => parseOrder(cursor)) : [];
  const limit = cursor.take('LIMIT') ? parseCount(cursor) : undefined;
  const offsetAt = cursor.peek().at;
  const offset = cursor.take('OFFSET') ? { rows: parseCount(cursor), at: offsetAt } : undefined;
  passEndings(cursor);
  return { select, from, where, ...grouping, having, orderBy, limit, offset };
}

function parseGrouping(cursor: Cursor): Pick<Query, 'groupBy' | 'subtotals'> {
  const subtotals = (['ROLLUP', 'CUBE'] as const).find((word) => cursor.take(word, '('));
  const groupBy = listOf(cursor, () => parseOperand(cursor));
  if (subtotals === undefined) return { groupBy };
  cursor.expect(')');
  return { groupBy, subtotals };
}

function listOf<T>(cursor: Cursor, parse: () => T): T[] {
  const items: T[] = [];
  do items.push(parse());
  while (cursor.take(','));
  return items;
}

function parseSelected(cursor: Cursor): Selected {
  const { at } = cursor.peek();
  if (cursor.take('(')) {
    const query = parseQuery(cursor);
    cursor.expect(')');
    return { kind: 'subquery', query, at };
  }
  if (cursor.isAt('TYPEOF') && cursor.peek(1).kind === 'name') return parseTypeOf(cursor);
  if (cursor.take('FIELDS', '(')) {
    const group = cursor.takeKind('name').text.toUpperCase();
    cursor.expect(')');
    return { kind: 'fields', group, at };
  }
  if (cursor.isAt('FROM')) throw cursor.unexpected();
  const operand = parseReadable(cursor);
  if (cursor.peek().kind !== 'name' || cursor.isAt('FROM')) return operand;
  return { ...operand, alias: cursor.next().text };
}

function parseTypeOf(cursor: Cursor): TypeOf {
  const { at } = cursor.next();
  const relationship = parsePath(cursor);
  const fields = (): Path[] => listOf(cursor, () => parsePath(cursor));
  const branches: Array<TypeOf['branches'][number]> = [];
  do {
    cursor.expect('WHEN');
    const object = cursor.takeKind('name').text;
    cursor.expect('THEN');
    branches.push({ object, fields: fields() });
  } while (cursor.isAt('WHEN'));
  const otherwise = cursor.take('ELSE') ? fields() : [];
  cursor.expect('END');
  return { kind: 'typeof', relationship, branches, otherwise, at };
}

function parseFrom(cursor: Cursor): Query['from'] {
  const { text: name, at } = cursor.takeKind('name');
  cursor.take('AS');
  const alias = parseAlias(cursor);
  const parents: Array<Query['from']['parents'][number]> = [];
  while (cursor.take(',')) parents.push({ path: parsePath(cursor), alias: parseAlias(cursor) });
  if (cursor.take('USING', 'SCOPE')) cursor.takeKind('name');
  return { name, at, alias, parents };
}

function parseAlias(cursor: Cursor): string | undefined {
  const isAlias = cursor.peek().kind === 'name' && !clauseWords.some((word) => cursor.isAt(word));
  return isAlias ? cursor.next().text : undefined;
}

function parseOrder(cursor: Cursor): Order {
  const operand = parseOperand(cursor);
  const descending = cursor.take('DESC');
  if (!descending) cursor.take('ASC');
  const nullsLast = cursor.take('NULLS', 'LAST');
  if (!nullsLast) cursor.take('NULLS', 'FIRST');
  return { operand, descending, nullsLast };
}

function parseCount(cursor: Cursor): number {
  const token = cursor.takeKind('number');
  if (!/^\d+$/.test(token.text)) throw cursor.unexpected(token);
  return Number(token.text);
}
