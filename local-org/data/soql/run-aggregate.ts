import { bindAggregate, isAggregate, type Group } from './aggregates.ts';
import type { Answer } from './answer.ts';
import type { Operand, Query, Selected } from './ast.ts';
import type { Binder, Readable } from './bind.ts';
import { FilterCompiler, type FilterScope } from './filter.ts';
import { groupingSets } from './grouping-sets.ts';
import { sortRows } from './order.ts';
import { restValue } from './rest-value.ts';
import { cut } from './select-rows.ts';
import { bindOperand } from './scalar-functions.ts';

export type AggregateOptions = {
  readonly binder: Binder;
  readonly query: Query;
  readonly rows: Iterable<number>;
  readonly scope: FilterScope<number>;
};

type GroupColumn = { readonly name: string; readonly readable: Readable<Group>; readonly aggregate: boolean };

/** The groups of a query, and with ROLLUP or CUBE those of its subtotals behind them. */
function groupRows(
  rows: readonly number[],
  keys: ReadonlyArray<Readable<number>>,
  subtotals: Query['subtotals'],
): Group[] {
  return groupingSets(keys.length, subtotals).flatMap((set) => {
    const absent = new Set(keys.filter((_, key) => !set.includes(key)).map(({ name }) => name));
    const used = keys.filter(({ name }) => !absent.has(name));
    return groupsBy(rows, used).map((each) => ({ rows: each, absent }));
  });
}

function groupsBy(rows: readonly number[], keys: ReadonlyArray<Readable<number>>): number[][] {
  if (keys.length === 0) return [[...rows]];
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = JSON.stringify(keys.map(({ read }) => read(row)));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** Binds what a grouped query may name: its aggregates, and what it groups by. */
class GroupBinder {
  readonly keys: ReadonlyArray<Readable<number>>;
  readonly #binder: Binder;
  readonly #query: Query;

  constructor(binder: Binder, query: Query) {
    this.#binder = binder;
    this.#query = query;
    this.keys = query.groupBy.map((operand) => this.#bindKey(operand));
  }

  bind(operand: Operand): Readable<Group> {
    const meant = this.#unalias(operand);
    if (isAggregate(meant)) return bindAggregate(this.#binder, meant);
    const { read, ...rest } = this.#bindRow(meant);
    if (!this.keys.some(({ name }) => name === rest.name)) {
      const text = `Field must be grouped or aggregated: ${rest.name}`;
      throw this.#binder.fail('MALFORMED_QUERY', operand.at, text);
    }
    return { ...rest, read: ({ rows: [row = 0], absent }) => (absent.has(rest.name) ? null : read(row)) };
  }

  columns(): GroupColumn[] {
    let unnamed = 0;
    return this.#query.select.map((selected) => {
      if (selected.kind !== 'path' && selected.kind !== 'call') {
        throw this.#binder.fail('MALFORMED_QUERY', selected.at, 'Field must be grouped or aggregated');
      }
      const readable = this.bind(selected);
      const aggregate = isAggregate(selected);
      const name = selected.alias ?? (selected.kind === 'path' ? readable.name : `expr${unnamed++}`);
      return { name, readable, aggregate };
    });
  }

  /** ORDER BY and HAVING may name a column by its alias. */
  #unalias(operand: Operand): Operand {
    if (operand.kind !== 'path' || operand.names.length > 1) return operand;
    const isNamed = (selected: Selected): boolean =>
      'alias' in selected && selected.alias === operand.names[0];
    return (this.#query.select.find(isNamed) as Operand | undefined) ?? operand;
  }

  #bindRow(operand: Operand): Readable<number> {
    return bindOperand(this.#binder, operand);
  }

  #bindKey(operand: Operand): Readable<number> {
    const readable = this.#bindRow(operand);
    if (readable.field?.groupable !== false) return readable;
    const text = `field '${readable.name}' can not be grouped in a query call`;
    throw this.#binder.fail('MALFORMED_QUERY', operand.at, text);
  }
}

/** Answers a query with aggregates or GROUP BY; its records are of the type `AggregateResult`. */
export function answerGroups({ binder, query, rows, scope }: AggregateOptions): Answer<Group> {
  const groupBinder = new GroupBinder(binder, query);
  const columns = groupBinder.columns();
  const bind = (operand: Operand): Readable<Group> => groupBinder.bind(operand);
  const all = groupRows(Array.from(rows), groupBinder.keys, query.subtotals);
  const having = query.having && new FilterCompiler<Group>({ ...scope, bind }).compile(query.having);
  const kept = having === undefined ? all : all.filter(having);
  const keys = query.orderBy.map(({ operand, ...order }) => ({ ...order, readable: bind(operand) }));
  return {
    columns: columns.map(({ name, readable: { field }, aggregate }) => ({ path: name, field, aggregate })),
    list: cut(sortRows(kept, keys), query),
    row: (group) => columns.map(({ readable }) => readable.read(group)),
    record: (group) => ({
      attributes: { type: 'AggregateResult' },
      ...Object.fromEntries(
        columns.map(({ name, readable }) => [name, restValue(readable, readable.read(group))]),
      ),
    }),
  };
}
