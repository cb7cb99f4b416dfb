import type { OrgError, Value } from '../../contracts.ts';
import type { Condition, Literal, Operand, Query } from './ast.ts';
import type { Readable } from './bind.ts';
import { comparableOf, literalValue, unescape, type Comparable } from './comparable.ts';
import { dateRange } from './date-ranges.ts';
import { soqlError } from './soql-error.ts';

export type Predicate<Row> = (row: Row) => boolean;

/** What conditions need to know of the query around them. */
export type FilterScope<Row> = {
  readonly soql: string;
  readonly today: Date;
  readonly bind: (operand: Operand) => Readable<Row>;
  /** The values that a semi-join's query selects. */
  readonly select: (query: Query) => readonly Value[];
};

type Compare = Extract<Condition, { kind: 'compare' }>;

const relations: Readonly<
  Record<'<' | '<=' | '>' | '>=', (value: Comparable, limit: Comparable) => boolean>
> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `%` is any text, `_` one character, a backslash takes either as itself. */
function likePattern(raw: string): RegExp {
  const source = raw.replace(/\\.|[^\\]/gs, (part) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    return unescape(part).replace(/[$()*+./?[\\\]^{|}]/, String.raw`\$&`);
  });
  return new RegExp(`^${source}$`, 'isu');
}

/** Turns conditions into predicates over rows, or over groups for HAVING. */
export class FilterCompiler<Row> {
  readonly #scope: FilterScope<Row>;

  constructor(scope: FilterScope<Row>) {
    this.#scope = scope;
  }

  compile(condition: Condition): Predicate<Row> {
    switch (condition.kind) {
      case 'and': {
        const parts = condition.parts.map((part) => this.compile(part));
        return (row) => parts.every((part) => part(row));
      }
      case 'or': {
        const parts = condition.parts.map((part) => this.compile(part));
        return (row) => parts.some((part) => part(row));
      }
      case 'not': {
        const part = this.compile(condition.part);
        return (row) => !part(row);
      }
      case 'compare':
        return this.#compare(condition);
      case 'in': {
        const readable = this.#bind(condition.operand);
        const values = condition.literals.map((literal) =>
          this.#literal(readable, literal, condition.operand.at),
        );
        return this.#isIn(readable, new Set(values), condition.negated);
      }
      case 'semijoin':
        return this.#semijoin(condition);
      case 'includes':
        return this.#includes(condition);
    }
  }

  #fail(errorCode: string, at: number, text: string): OrgError {
    return soqlError(errorCode, this.#scope.soql, { at, text });
  }

  #bind(operand: Operand): Readable<Row> {
    const readable = this.#scope.bind(operand);
    if (readable.field?.filterable !== false) return readable;
    throw this.#fail(
      'INVALID_FIELD',
      operand.at,
      `field '${readable.name}' can not be filtered in a query call`,
    );
  }

  #literal(readable: Readable<Row>, literal: Literal, at: number): Comparable | null {
    return literalValue(readable, literal, { soql: this.#scope.soql, at });
  }

  #compare({ operand, operator, literal }: Compare): Predicate<Row> {
    const readable = this.#bind(operand);
    if (operand.kind === 'distance' && operator !== '<' && operator !== '>') {
      throw this.#fail('MALFORMED_QUERY', operand.at, 'DISTANCE takes the operators < and > only');
    }
    if (operator === 'LIKE') return this.#like(readable, literal, operand.at);
    if (literal.kind === 'range' && (readable.type === 'date' || readable.type === 'datetime')) {
      return this.#inRange(readable, operator, literal);
    }
    const { read } = readable;
    const comparable = comparableOf(readable);
    const limit = this.#literal(readable, literal, operand.at);
    if (operator === '=') return (row) => comparable(read(row)) === limit;
    if (operator === '!=') return (row) => comparable(read(row)) !== limit;
    const relation = relations[operator];
    return (row) => {
      const value = comparable(read(row));
      return value !== null && limit !== null && relation(value, limit);
    };
  }

  #like({ name, type, read }: Readable<Row>, literal: Literal, at: number): Predicate<Row> {
    if (literal.kind !== 'string' || ['id', 'reference', 'boolean', 'date', 'datetime'].includes(type)) {
      throw this.#fail('INVALID_FIELD', at, `invalid operator on ${type} field: ${name}`);
    }
    const pattern = likePattern(literal.raw);
    return (row) => {
      const value = read(row);
      return typeof value === 'string' && pattern.test(value);
    };
  }

  #inRange(
    readable: Readable<Row>,
    operator: Exclude<Compare['operator'], 'LIKE'>,
    literal: Extract<Literal, { kind: 'range' }>,
  ): Predicate<Row> {
    const { read, type } = readable;
    const days = dateRange(literal.name, literal.count, this.#scope.today);
    const suffix = type === 'date' ? '' : 'T00:00:00.000Z';
    const start = days.start + suffix;
    const end = days.end + suffix;
    const tests: Record<typeof operator, (value: string) => boolean> = {
      '=': (value) => value >= start && value < end,
      '!=': (value) => value < start || value >= end,
      '<': (value) => value < start,
      '<=': (value) => value < end,
      '>': (value) => value >= end,
      '>=': (value) => value >= start,
    };
    const test = tests[operator];
    return (row) => {
      const value = read(row);
      return typeof value === 'string' ? test(value) : operator === '!=';
    };
  }

  #semijoin({ operand, query, negated }: Extract<Condition, { kind: 'semijoin' }>): Predicate<Row> {
    const readable = this.#bind(operand);
    return this.#isIn(readable, new Set(this.#scope.select(query).map(comparableOf(readable))), negated);
  }

  #isIn(readable: Readable<Row>, values: ReadonlySet<unknown>, negated: boolean): Predicate<Row> {
    const comparable = comparableOf(readable);
    return (row) => values.has(comparable(readable.read(row))) !== negated;
  }

  #includes({ operand, literals, negated }: Extract<Condition, { kind: 'includes' }>): Predicate<Row> {
    const { type, name, read } = this.#bind(operand);
    if (type !== 'multipicklist') {
      throw this.#fail(
        'INVALID_FIELD',
        operand.at,
        `INCLUDES and EXCLUDES are only for multipicklist fields: ${name}`,
      );
    }
    const groups = literals.map((literal) =>
      literal.kind === 'string' ? unescape(literal.raw).split(';') : [],
    );
    return (row) => {
      const value = read(row);
      const chosen = new Set(typeof value === 'string' ? value.split(';') : []);
      return groups.some((group) => group.every((choice) => chosen.has(choice))) !== negated;
    };
  }
}
