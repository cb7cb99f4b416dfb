import type { Value } from '../../contracts.ts';
import type { Quirks } from '../quirks.ts';
import type { FullField } from '../schema/full-field.ts';
import { parseDate, parseDateTime, parseTime } from './dates.ts';
import { RowError } from './row-error.ts';

/** Reads text as a field's value; undefined when it is not one of its type. Throws what the type's own checks find. */
export type Reader = (text: string) => Value | undefined;

const numberForm = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const intForm = /^[+-]?\d+$/;
const emailForm = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/;
const maxInt = 2 ** 31;

const booleanByWord: Readonly<Record<Quirks['booleanWords'], ReadonlyMap<string, boolean>>> = {
  'true-false': wordMap(['true'], ['false']),
  'data-loader': wordMap(['true', 'yes', 'y', 'on', '1'], ['false', 'no', 'n', 'off', '0']),
};

function wordMap(yes: readonly string[], no: readonly string[]): ReadonlyMap<string, boolean> {
  return new Map([...yes.map((word) => [word, true] as const), ...no.map((word) => [word, false] as const)]);
}

function readBoolean(text: string, { booleanWords }: Quirks): boolean | undefined {
  return booleanByWord[booleanWords].get(text.toLowerCase());
}

function outOfRange(field: FullField, text: string): RowError {
  const message = `${field.label}: value outside of valid range on numeric field: ${text}`;
  return new RowError('NUMBER_OUTSIDE_VALID_RANGE', message, [field.name]);
}

function readInt(field: FullField, text: string): number | undefined {
  if (!intForm.test(text)) return undefined;
  const value = Number(text);
  if (value >= maxInt || value < -maxInt) return undefined;
  if (field.digits > 0 && Math.abs(value) >= 10 ** field.digits) throw outOfRange(field, text);
  return value;
}

/** Rounding costs more than all else a number needs, and few have more decimals than their field. */
function needsRounding(text: string, scale: number): boolean {
  const point = text.indexOf('.');
  return (point >= 0 && text.length - point - 1 > scale) || /e/i.test(text);
}

function readDouble(field: FullField, text: string): number | undefined {
  if (!numberForm.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw outOfRange(field, text);
  if (field.precision === 0) return value;
  if (Math.abs(value) >= 10 ** (field.precision - field.scale)) throw outOfRange(field, text);
  return needsRounding(text, field.scale) ? Number(value.toFixed(field.scale)) : value;
}

function checkLength(field: FullField, text: string): string {
  if (field.length > 0 && text.length > field.length) {
    const message = `${field.label}: data value too large: ${text} (max length=${field.length})`;
    throw new RowError('STRING_TOO_LONG', message, [field.name]);
  }
  return text;
}

function readEmail(field: FullField, text: string): string {
  checkLength(field, text);
  if (emailForm.test(text)) return text;
  throw new RowError('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${text}`, [field.name]);
}

/** Finds each chosen value among the field's own; only a restricted picklist refuses others. */
function pickFrom(field: FullField, quirks: Quirks): (choice: string) => string {
  const fold = (text: string): string => (quirks.caseInsensitivePicklists ? text.toLowerCase() : text);
  const known = new Map(
    field.picklistValues.filter(({ active }) => active).map(({ value }) => [fold(value), value]),
  );
  return (choice) => {
    const value = known.get(fold(choice));
    if (value !== undefined) return value;
    if (!field.restrictedPicklist) return choice;
    const message = `bad value for restricted picklist field: ${choice}`;
    throw new RowError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, [field.name]);
  };
}

/** The reader of a field that is not a reference. */
export function readerOf(field: FullField, quirks: Quirks): Reader {
  switch (field.type) {
    case 'boolean':
      return (text) => readBoolean(text, quirks);
    case 'int':
      return (text) => readInt(field, text);
    case 'double':
    case 'currency':
    case 'percent':
      return (text) => readDouble(field, text);
    case 'date':
      return parseDate;
    case 'datetime':
      return parseDateTime;
    case 'time':
      return parseTime;
    case 'email':
      return (text) => readEmail(field, text);
    case 'picklist': {
      const pick = pickFrom(field, quirks);
      return (text) => pick(checkLength(field, text));
    }
    case 'multipicklist': {
      const pick = pickFrom(field, quirks);
      return (text) =>
        checkLength(
          field,
          text
            .split(';')
            .map((choice) => pick(choice.trim()))
            .join(';'),
        );
    }
    default:
      return (text) => checkLength(field, text);
  }
}
