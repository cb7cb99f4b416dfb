import type { Value } from '../../contracts.ts';
import type { FullField } from '../schema/full-field.ts';
import type { Readable } from './bind.ts';

const locale = 'en-US';
const day = new Intl.DateTimeFormat(locale, { timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' });

/** `FORMAT(x)`: the text that a person with the locale en_US would see, in UTC and in dollars; null stays null. */
export function formatted<Row>(readable: Readable<Row>): Readable<Row> {
  const { read, type, field } = readable;
  const write = writerOf(type, type === 'int' ? 0 : (field?.scale ?? 2));
  return { ...readable, ...asText(field), read: (row) => write(read(row)) };
}

/** `toLabel(x)`: the labels of picklist values. */
export function labelled<Row>(readable: Readable<Row>): Readable<Row> {
  const { read, field } = readable;
  const labels = new Map(field?.picklistValues.map(({ value, label }) => [value, label]));
  const label = (value: string): string => labels.get(value) ?? value;
  return {
    ...readable,
    ...asText(field),
    read: (row) => {
      const value = read(row);
      return typeof value === 'string' ? value.split(';').map(label).join(';') : value;
    },
  };
}

function asText(field: FullField | undefined): Pick<Readable<never>, 'type' | 'field'> {
  return field === undefined ? { type: 'string' } : { type: 'string', field: { ...field, type: 'string' } };
}

function writerOf(type: string, scale: number): (value: Value) => Value {
  switch (type) {
    case 'date':
    case 'datetime':
    case 'time':
      return (value) => (typeof value === 'string' ? moment(type, value) : value);
    case 'int':
    case 'double':
    case 'percent':
    case 'currency': {
      const digits = new Intl.NumberFormat(locale, {
        minimumFractionDigits: scale,
        maximumFractionDigits: scale,
        ...(type === 'currency' ? { style: 'currency', currency: 'USD' } : {}),
      });
      return (value) =>
        typeof value === 'number' ? digits.format(value) + (type === 'percent' ? '%' : '') : value;
    }
    default:
      return (value) => value;
  }
}

/** `4/10/2025`, `4/10/2025, 3:31 PM`, `3:31 PM`. */
function moment(type: 'date' | 'datetime' | 'time', text: string): string {
  const at = new Date(type === 'time' ? `1970-01-01T${text}` : text);
  if (type === 'time') return clock.format(at);
  return type === 'date' ? day.format(at) : `${day.format(at)}, ${clock.format(at)}`;
}
