import type { Call, Comparison, Condition, Literal, Operand, Path, Query } from './ast.ts';
import { parseDistance } from './distance.ts';
import type { Cursor, Token } from './cursor.ts';
import { isDateRange, needsCount } from './date-ranges.ts';

const comparisons = new Map<string, Comparison>([
  ['=', '='],
  ['!=', '!='],
  ['<>', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['LIKE', 'LIKE'],
]);

export function parsePath(cursor: Cursor): Path {
  const { text, at } = cursor.takeKind('name');
  return { kind: 'path', names: text.split('.'), at };
}

/** A field, or a function of one. */
export function parseOperand(cursor: Cursor): Operand {
  return cursor.isAt('DISTANCE') && cursor.isAt('(', 1)
    ? parseDistance(cursor, () => parsePath(cursor))
    : parseReadable(cursor);
}

/** What a query can select: a field, or a function of one or of such a function. */
export function parseReadable(cursor: Cursor): Path | Call {
  if (!cursor.isAt('(', 1)) return parsePath(cursor);
  const { text: name, at } = cursor.takeKind('name');
  cursor.expect('(');
  const call: Call = cursor.isAt(')')
    ? { kind: 'call', name: name.toUpperCase(), at }
    : { kind: 'call', name: name.toUpperCase(), argument: parseReadable(cursor), at };
  cursor.expect(')');
  return call;
}

function parseWord(cursor: Cursor, { text, at }: Token): Literal {
  const word = text.toUpperCase();
  if (word === 'NULL') return { kind: 'null', at };
  if (word === 'TRUE' || word === 'FALSE') return { kind: 'boolean', value: word === 'TRUE', at };
  if (!isDateRange(word)) throw cursor.unexpected({ kind: 'name', text, at });
  if (!needsCount(word)) return { kind: 'range', name: word, count: 1, at };
  cursor.expect(':');
  return { kind: 'range', name: word, count: Number(cursor.takeKind('number').text), at };
}

function parseLiteral(cursor: Cursor): Literal {
  const token = cursor.next();
  const { kind, text, at } = token;
  switch (kind) {
    case 'string':
      return { kind, raw: text.slice(1, -1), at };
    case 'number':
      return { kind, value: Number(text), at };
    // In an org of one currency `USD5000` is 5000.
    case 'amount':
      return { kind: 'number', value: Number(text.slice(3)), at };
    case 'date':
      return { kind: text.includes('T') ? 'datetime' : 'date', text, at };
    case 'name':
      return parseWord(cursor, token);
    default:
      throw cursor.unexpected(token);
  }
}

function parseList(cursor: Cursor): Literal[] {
  const literals: Literal[] = [];
  do literals.push(parseLiteral(cursor));
  while (cursor.take(','));
  cursor.expect(')');
  return literals;
}

/** Reads conditions; a semi-join's query is read by `parseQuery`. */
export class ConditionParser {
  readonly #cursor: Cursor;
  readonly #parseQuery: () => Query;

  constructor(cursor: Cursor, parseQuery: () => Query) {
    this.#cursor = cursor;
    this.#parseQuery = parseQuery;
  }

  /** Terms joined by AND or by OR; SOQL takes no mixture without parentheses. */
  parse(): Condition {
    const first = this.#term();
    const joint = (['and', 'or'] as const).find((word) => this.#cursor.isAt(word.toUpperCase()));
    if (joint === undefined) return first;
    const parts = [first];
    while (this.#cursor.take(joint.toUpperCase())) parts.push(this.#term());
    if (this.#cursor.isAt('AND') || this.#cursor.isAt('OR')) throw this.#cursor.unexpected();
    return { kind: joint, parts };
  }

  #term(): Condition {
    if (this.#cursor.take('NOT')) return { kind: 'not', part: this.#term() };
    if (!this.#cursor.take('(')) return this.#comparison();
    const inner = this.parse();
    this.#cursor.expect(')');
    return inner;
  }

  #comparison(): Condition {
    const cursor = this.#cursor;
    const operand = parseOperand(cursor);
    const negated = cursor.isAt('NOT') && cursor.isAt('IN', 1);
    if (negated) cursor.next();
    if (cursor.take('IN')) return this.#in(operand, negated);
    if (cursor.isAt('INCLUDES') || cursor.isAt('EXCLUDES')) {
      const excludes = cursor.next().text.toUpperCase() === 'EXCLUDES';
      cursor.expect('(');
      return { kind: 'includes', operand, negated: excludes, literals: parseList(cursor) };
    }
    const operator = comparisons.get(cursor.peek().text.toUpperCase());
    if (operator === undefined) throw cursor.unexpected();
    cursor.next();
    return { kind: 'compare', operand, operator, literal: parseLiteral(cursor) };
  }

  #in(operand: Operand, negated: boolean): Condition {
    this.#cursor.expect('(');
    if (!this.#cursor.isAt('SELECT')) {
      return { kind: 'in', operand, negated, literals: parseList(this.#cursor) };
    }
    const query = this.#parseQuery();
    this.#cursor.expect(')');
    return { kind: 'semijoin', operand, negated, query };
  }
}
