import { numberBytes, wordBytes, type ByteConversion, type ByteTarget } from './byte-conversion.js';
import { DateReading } from './date-reading.js';
import { decimalReader } from './decimal.js';
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
  readonly #readingsOf: ((text: string) => string | undefined) | undefined;
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
   * @param readingsOf of a value that is read in several ways
   */
  constructor(
    wanted: string,
    read: (text: string) => string | undefined,
    bytes?: ByteConversion,
    readingsOf?: (text: string) => string | undefined,
  ) {
    this.wanted = wanted;
    this.#read = read;
    this.#bytes = bytes;
    this.#readingsOf = readingsOf;
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

  /** What a value can be that is read in several ways; completes "it can be …". Undefined for any other. */
  readingsOf(text: string): string | undefined {
    return this.#readingsOf?.(text);
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
      return dateConversion(type, formats);
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

/** A zone alone is for times that are written as the service writes them. */
function dateConversion(type: 'date' | 'datetime', formats: ValueFormats): Conversion | undefined {
  const { dates, timeZone } = formats;
  if (dates === undefined && (type === 'date' || timeZone === undefined)) return undefined;
  const reading = new DateReading(type, dates ?? [], timeZone);
  return new Conversion(reading.wanted, reading.read, reading.bytes, reading.readingsOf);
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
