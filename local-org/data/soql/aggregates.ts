import type { Value } from '../../contracts.ts';
import { isNumeric } from '../schema/full-field.ts';
import type { Call, Operand, Path, Selected } from './ast.ts';
import type { Binder, Readable } from './bind.ts';
import { formatted } from './formatted.ts';

/** Rows that share the values grouped by. In a subtotal some of what is grouped by has no value. */
export type Group = { readonly rows: readonly number[]; readonly absent: ReadonlySet<string> };

type Fold = (values: readonly Value[]) => Value;

function numbers(values: readonly Value[]): readonly number[] {
  return values.filter((value) => typeof value === 'number');
}

function sum(values: readonly Value[]): number | null {
  const found = numbers(values);
  return found.length === 0 ? null : found.reduce((total, value) => total + value, 0);
}

function extreme(values: readonly Value[], isBetter: (value: Value, best: Value) => boolean): Value {
  let best: Value = null;
  for (const value of values) if (value !== null && (best === null || isBetter(value, best))) best = value;
  return best;
}

const folds: Readonly<Record<string, { readonly fold: Fold; readonly type?: string }>> = {
  COUNT: { fold: (values) => values.filter((value) => value !== null).length, type: 'int' },
  COUNT_DISTINCT: { fold: (values) => new Set(values.filter((value) => value !== null)).size, type: 'int' },
  SUM: { fold: sum },
  AVG: {
    fold: (values) => {
      const total = sum(values);
      return total === null ? null : total / numbers(values).length;
    },
    type: 'double',
  },
  MIN: {
    fold: (values) => extreme(values, (value, best) => value !== null && best !== null && value < best),
  },
  MAX: {
    fold: (values) => extreme(values, (value, best) => value !== null && best !== null && value > best),
  },
};

/** An aggregate, or what formats one: `FORMAT(MIN(Amount))`. */
export function isAggregate(selected: Selected | Operand): selected is Call {
  if (selected.kind !== 'call') return false;
  return (
    selected.name in folds ||
    selected.name === 'GROUPING' ||
    (selected.argument !== undefined && isAggregate(selected.argument))
  );
}

/** An aggregate over a group. Throws `MALFORMED_QUERY` for a field that cannot be summed. */
export function bindAggregate(binder: Binder, { name, argument, at }: Call): Readable<Group> {
  if (name === 'FORMAT' && argument?.kind === 'call') return formatted(bindAggregate(binder, argument));
  if (name === 'GROUPING' && argument?.kind === 'path') return bindGrouping(binder, argument);
  const { fold, type } = folds[name] ?? {};
  if (fold === undefined || argument?.kind === 'call')
    throw binder.fail('MALFORMED_QUERY', at, `unexpected token: '${name}'`);
  if (argument === undefined) return { name: `${name}()`, type: 'int', read: ({ rows }) => rows.length };
  const bound = binder.bind(argument);
  if ((name === 'SUM' || name === 'AVG') && !isNumeric(bound)) {
    throw binder.fail('INVALID_FIELD', at, `field ${bound.name} does not support aggregate operator ${name}`);
  }
  return {
    name: `${name}(${bound.path.join('.')})`,
    type: type ?? bound.type,
    read: ({ rows }) => fold(rows.map((row) => bound.read(row))),
  };
}

/** `GROUPING(Type)`: 1 in the subtotals over all of its values, else 0. */
function bindGrouping(binder: Binder, argument: Path): Readable<Group> {
  const { name } = binder.bind(argument);
  return { name: `GROUPING(${name})`, type: 'int', read: ({ absent }) => (absent.has(name) ? 1 : 0) };
}
