import { UsageError } from '../errors.js';
import { numberBytes, wordBytes, type ByteConversion, type ByteTarget } from './byte-conversion.js';
import { utcMs } from './calendar.js';
import { dateBytes, writeDay, type DateNumbers } from './date-bytes.js';
import { datePattern, type DateParts, type DatePattern } from './date-pattern.js';
import { decimalReader } from './decimal.js';
import { TimeZone } from './time-zone.js';
import type { ValueFormats } from './value-formats.js';

/** A value before and after. */
export type ConversionExample = { readonly from: string; readonly to: string };

/** A value that was converted before, or was not. */
export type Doubt = {
  /** What it is if it was. */
  readonly written: string;
  /** What it is if it was not. */
  readonly typed: string;
  /** What to do, without a full stop. */
  readonly way: string;
};

/** What a value was converted to when it was checked, and where that value is. */
type Checked = ByteTarget & { from: Uint8Array | undefined; start: number; end: number };

const longestChecked = 64;

/** Brings the values of a column into the form that the service takes. */
export class Conversion {
  /** The first value that was not in that form. */
  example: ConversionExample | undefined;
  /** What the values should be; completes "it is not …". */
  readonly wanted: string;
  readonly #read: (text: string) => string | undefined;
  readonly #bytes: ByteConversion | undefined;
  readonly #checked: Checked = {
    bytes: new Uint8Array(2 * longestChecked),
    length: 0,
    start: 0,
    end: 0,
    from: undefined,
  };

  /**
   * @param read undefined for what is not of the form
   * @param bytes does the same with bytes, where it can
   */
  constructor(wanted: string, read: (text: string) => string | undefined, bytes?: ByteConversion) {
    this.wanted = wanted;
    this.#read = read;
    this.#bytes = bytes;
  }

  /** The value as the service takes it; undefined when it is in no form that is known. */
  convert(text: string): string | undefined {
    const converted = this.#read(text);
    if (converted !== undefined && converted !== text) this.example ??= { from: text, to: converted };
    return converted;
  }

  /** What is known of a value that may be one of two; undefined for all others. */
  doubtOf(_text: string): Doubt | undefined {
    return undefined;
  }

  /**
   * As `convertBytes` for a check, which keeps what comes out: the value is written right after it was checked.
   * @returns undefined where `convert` has to be asked
   */
  check(from: Uint8Array, start: number, end: number): Readonly<ByteTarget> | undefined {
    const checked = this.#checked;
    checked.from = undefined;
    if (end - start > longestChecked) return undefined;
    checked.length = 0;
    if (!this.convertBytes(from, start, end, checked)) return undefined;
    checked.from = from;
    checked.start = start;
    checked.end = end;
    return checked;
  }

  /** As `convertBytes`, without converting anew what was just checked. */
  readonly write: ByteConversion = (from, start, end, to) => {
    const checked = this.#checked;
    const isChecked = checked.from === from && checked.start === start && checked.end === end;
    // Once only: the same place may have another value later.
    checked.from = undefined;
    if (!isChecked) return this.convertBytes(from, start, end, to);
    const { bytes, length } = checked;
    for (let at = 0; at < length; at++) to.bytes[to.length + at] = bytes[at] ?? 0;
    to.length += length;
    return true;
  };

  /** The same with bytes, without making text of them. @returns false where `convert` has to be asked */
  readonly convertBytes: ByteConversion = (from, start, end, to) => {
    const at = to.length;
    if (this.#bytes?.(from, start, end, to) !== true) return false;
    if (this.example === undefined && !isSame(from.subarray(start, end), to.bytes.subarray(at, to.length)))
      this.convert(Buffer.from(from.subarray(start, end)).toString());
    return true;
  };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/**
 * The conversion for the values of a field; undefined where none is asked for.
 * @param type the field's type in describe
 * @throws UsageError a pattern or a time zone cannot be used, or times have no zone
 */
export function conversionFor(type: string, formats: ValueFormats): Conversion | undefined {
  switch (type) {
    case 'date':
    case 'datetime':
      return formats.dates === undefined ? undefined : dateConversion(type, formats.dates, formats.timeZone);
    case 'int':
    case 'long':
    case 'double':
    case 'currency':
    case 'percent':
      return numberConversion(formats);
    case 'boolean':
      return formats.booleanWords === true
        ? new Conversion(
            'one of yes and no, y and n, on and off, true and false, t and f, 1 and 0',
            booleanOf,
            wordBytes(booleans),
          )
        : undefined;
    default:
      return undefined;
  }
}

/** What the service takes as it is, whatever else the values are. */
const isoForm = /^\d{4}-\d\d-\d\d(?:T.+)?$/;

function dateConversion(
  type: 'date' | 'datetime',
  forms: readonly string[],
  timeZone: string | undefined,
): Conversion {
  const patterns = forms.map(datePattern);
  const zone = type === 'datetime' ? zoneFor(patterns, timeZone) : undefined;
  const textOf = type === 'date' ? dayText : (parts: DateParts) => instantText(parts, zone);
  const read = (text: string): string | undefined => {
    const trimmed = text.trim();
    for (const pattern of patterns) {
      const parts = pattern.read(trimmed);
      if (parts !== undefined) return textOf(parts);
    }
    return isoForm.test(trimmed) ? trimmed : undefined;
  };
  const write =
    type === 'date' ? writeDay : (numbers: DateNumbers, to: ByteTarget) => writeInstant(numbers, zone, to);
  return new Conversion(
    `a valid date of the form ${forms.join(' or ')}${timeZone === undefined || type === 'date' ? '' : ` in ${timeZone}`}`,
    remembering(read),
    dateBytes(forms, write),
  );
}

const mostRemembered = 10_000;

/** Days repeat, as other values do not. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let result = known.get(text);
    if (result === undefined) {
      if (known.size >= mostRemembered) known.clear();
      known.set(text, (result = read(text)));
    }
    return result;
  };
}

function zoneFor(patterns: readonly DatePattern[], name: string | undefined): TimeZone | undefined {
  if (name !== undefined) return new TimeZone(name);
  const zoneless = patterns.find(({ hasOffset }) => !hasOffset);
  if (zoneless === undefined) return undefined;
  throw new UsageError(`Which time zone are the times of the form ${zoneless.text} in?`, {
    actions: ['Name it with --time-zone, such as Europe/Berlin, America/New_York or UTC.'],
  });
}

function dayText({ year, month, day }: DateParts): string {
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** Undefined for a time that the zone's clock skips, and for one outside of the years that have four digits. */
function instantText(parts: DateParts, zone: TimeZone | undefined): string | undefined {
  const { year, month, day, hours, minutes, seconds, milliseconds, offset } = parts;
  const localMs = utcMs([year, month, day], [hours, minutes, seconds, milliseconds]);
  const instant = offset === undefined ? zone?.instantOf(localMs) : localMs - offsetMs(offset);
  const text = instant === undefined ? undefined : new Date(instant).toISOString();
  return text?.length === instantLength ? text : undefined;
}

const instantLength = '2026-01-31T00:00:00.000Z'.length;

/** @returns false for a time that the zone's clock skips */
function writeInstant(numbers: DateNumbers, zone: TimeZone | undefined, to: ByteTarget): boolean {
  const text = instantText({ ...numbers, offset: undefined }, zone);
  if (text === undefined) return false;
  for (let index = 0; index < text.length; index++) to.bytes[to.length++] = text.charCodeAt(index);
  return true;
}

/** `Z`, `+01:00` or `+0100` in milliseconds. */
function offsetMs(offset: string): number {
  if (offset.length === 1) return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function padded(number: number, length: number): string {
  return String(number).padStart(length, '0');
}

function numberConversion({ decimalSeparator, numberSigns = false }: ValueFormats): Conversion | undefined {
  if (decimalSeparator === undefined && !numberSigns) return undefined;
  return new Conversion(
    `a number with "${decimalSeparator ?? '.'}" before its decimals`,
    decimalReader(decimalSeparator, numberSigns),
    numberBytes(decimalSeparator, numberSigns),
  );
}

const booleans: Readonly<Record<string, string>> = {
  true: 'true',
  t: 'true',
  yes: 'true',
  y: 'true',
  on: 'true',
  '1': 'true',
  false: 'false',
  f: 'false',
  no: 'false',
  n: 'false',
  off: 'false',
  '0': 'false',
};

function booleanOf(text: string): string | undefined {
  return booleans[text.trim().toLowerCase()];
}
