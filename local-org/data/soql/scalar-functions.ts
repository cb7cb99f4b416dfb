import type { Value } from '../../contracts.ts';
import type { Call, Operand } from './ast.ts';
import type { Binder, BoundField, Readable } from './bind.ts';
import { bindDistance } from './distance.ts';
import { formatted, labelled } from './formatted.ts';

const datePart: Readonly<Record<string, (iso: string) => Value>> = {
  CALENDAR_YEAR: (iso) => Number(iso.slice(0, 4)),
  CALENDAR_QUARTER: (iso) => Math.ceil(Number(iso.slice(5, 7)) / 3),
  CALENDAR_MONTH: (iso) => Number(iso.slice(5, 7)),
  DAY_IN_MONTH: (iso) => Number(iso.slice(8, 10)),
  DAY_ONLY: (iso) => iso.slice(0, 10),
  HOUR_IN_DAY: (iso) => Number(iso.slice(11, 13)),
};

/** Functions that write a field in another way and keep its name; the org knows one currency. */
const rewrites: Readonly<Record<string, <Row>(readable: Readable<Row>) => Readable<Row>>> = {
  TOLABEL: labelled,
  FORMAT: formatted,
  CONVERTCURRENCY: (readable) => readable,
};

/** What a WHERE, an ORDER BY or a grouped query names. */
export function bindOperand(binder: Binder, operand: Operand): Readable<number> {
  switch (operand.kind) {
    case 'path':
      return binder.bind(operand);
    case 'call':
      return bindScalar(binder, operand);
    case 'distance':
      return bindDistance(binder, operand);
  }
}

/** A function of one row's field. Throws `MALFORMED_QUERY` for a function that is none. */
export function bindScalar(binder: Binder, { name, argument, at }: Call): Readable<number> | BoundField {
  const rewrite = rewrites[name];
  const part = datePart[name];
  if (rewrite !== undefined && argument !== undefined) {
    return rewrite(argument.kind === 'path' ? binder.bind(argument) : bindScalar(binder, argument));
  }
  const path =
    argument?.kind === 'call' && argument.name === 'CONVERTTIMEZONE' ? argument.argument : argument;
  if (part === undefined || path?.kind !== 'path') {
    throw binder.fail('MALFORMED_QUERY', at, `unexpected token: '${name}'`);
  }
  // The user's time zone is GMT, so that `convertTimezone(x)` is x.
  const bound = binder.bind(path);
  return {
    name: `${name}(${bound.path.join('.')})`,
    type: name === 'DAY_ONLY' ? 'date' : 'int',
    read: (row) => {
      const value = bound.read(row);
      return typeof value === 'string' ? part(value) : null;
    },
  };
}
