import type { Value } from '../../contracts.ts';
import type { Call } from './ast.ts';
import type { Binder, BoundField, Readable } from './bind.ts';

const datePart: Readonly<Record<string, (iso: string) => Value>> = {
  CALENDAR_YEAR: (iso) => Number(iso.slice(0, 4)),
  CALENDAR_QUARTER: (iso) => Math.ceil(Number(iso.slice(5, 7)) / 3),
  CALENDAR_MONTH: (iso) => Number(iso.slice(5, 7)),
  DAY_IN_MONTH: (iso) => Number(iso.slice(8, 10)),
  DAY_ONLY: (iso) => iso.slice(0, 10),
  HOUR_IN_DAY: (iso) => Number(iso.slice(11, 13)),
};

/** Functions that answer with the field itself: the org knows one language and one currency. */
const transparent = new Set(['TOLABEL', 'FORMAT', 'CONVERTCURRENCY']);

export function isDateFunction(name: string): boolean {
  return name in datePart;
}

/** A function of one row's field. Throws `MALFORMED_QUERY` for a function that is none. */
export function bindScalar(binder: Binder, { name, argument, at }: Call): Readable<number> | BoundField {
  const part = datePart[name];
  if (argument === undefined || (part === undefined && !transparent.has(name))) {
    throw binder.fail('MALFORMED_QUERY', at, `unexpected token: '${name}'`);
  }
  const bound = binder.bind(argument);
  if (part === undefined) return bound;
  return {
    name: `${name}(${bound.path.join('.')})`,
    type: name === 'DAY_ONLY' ? 'date' : 'int',
    read: (row) => {
      const value = bound.read(row);
      return typeof value === 'string' ? part(value) : null;
    },
  };
}
