import { types } from 'node:util';

/** A value that no cell can hold. `what` completes a sentence that begins with the value's column. */
export type Unholdable = { readonly what: string };

/** Stands in a record for what could not be read. */
export class NoValue implements Unholdable {
  readonly what: string;
  readonly #shown: string;

  /** @param shown what is known of it, for people */
  constructor(what: string, shown: string) {
    this.what = what;
    this.#shown = shown;
  }

  toJSON(): string {
    return this.#shown;
  }
}

/**
 * A value of a record as the text of its cell, the same for every way into an org; undefined for a null. Values may be
 * of another realm: a test runner has Dates and arrays of its own.
 *
 * @param isDateColumn whether a column is a `date` field: a Date gives its UTC day there, and an instant elsewhere. Asked
 *   for Dates only; default never.
 */
export function cellText(
  value: unknown,
  column: string,
  isDateColumn?: (column: string) => boolean,
): string | undefined | Unholdable {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? value : { what: 'has half of a character (a lone surrogate)' };
    case 'number':
      return Number.isFinite(value) ? String(value) : { what: `is ${value}` };
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return undefined;
      if (value instanceof NoValue) return value;
      return types.isDate(value) ? dateText(value, isDateColumn?.(column) === true) : objectText(value);
    default:
      return { what: `is a ${typeof value}` };
  }
}

/** Whether an object is a parent record: one that a literal makes. All others are values, or no use. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && tagOf(value) === 'Object';
}

/** `Map`, `URL`, `Promise`, …; the name of the class for what is made with one. */
export function kindOf(value: object): string {
  const tag = tagOf(value);
  if (tag !== 'Object') return tag;
  const { constructor } = value as { readonly constructor?: unknown };
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : tag;
}

/** What `Object.prototype.toString` calls an object: `Object` for plain ones and instances of classes. */
export function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

const dayMs = 86_400_000;

function objectText(value: object): string | undefined | Unholdable {
  if (types.isUint8Array(value)) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return listText(value);
  return { what: `is an object of the kind ${kindOf(value)}: give its text instead` };
}

function dateText(value: Date, isDate: boolean): string | Unholdable {
  const time = value.getTime();
  if (Number.isNaN(time)) return { what: 'is not a valid date' };
  const text = value.toISOString();
  if (!isDate) return text;
  if (time % dayMs === 0) return text.slice(0, text.indexOf('T'));
  return {
    what: `is ${text}, and the field holds a day: use midnight UTC, or text such as ${text.slice(0, 10)}`,
  };
}

/** Several strings are the values of a multi-select picklist; none are its null. */
function listText(values: readonly unknown[]): string | undefined | Unholdable {
  if (values.length === 0) return undefined;
  const isPlain = Array.from(values).every(
    (value) => typeof value === 'string' && !value.includes(';') && value.isWellFormed(),
  );
  if (isPlain) return values.join(';');
  return { what: 'is a list; only strings, without semicolons, make a multi-select value' };
}
