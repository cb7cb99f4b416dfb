import { isCellEmpty, contentEnd, contentStart, cellText } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import type { ColumnKind } from '../describe/column-types.js';
import { isJsonNumber, isWord } from './json-values.js';
import type { PlainValues } from './plain-values.js';

/** Adds a cell's value to its column. @returns false when the text is not of the column's kind; nothing is added then */
export type AddValue = (values: PlainValues, record: CsvRecord, cell: number) => boolean;

const maxInt32 = 2 ** 31;
const maxInt64 = 2n ** 63n;

/** How the values of a column are read: with a kind, empty is null; without one, every value is text. */
export function parquetValue(kind: ColumnKind | undefined): AddValue {
  if (kind === undefined) return addText;
  const add = valuesByKind[kind];
  return (values, record, cell) => {
    if (!isCellEmpty(record, cell)) return add(values, record, cell);
    values.addNull();
    return true;
  };
}

const valuesByKind: Readonly<Record<ColumnKind, AddValue>> = {
  string: addText,
  boolean: (values, record, cell) => {
    const { bytes } = record;
    const start = contentStart(record, cell);
    const end = contentEnd(record, cell);
    const isTrue = isWord(bytes, start, end, 'true');
    if (!isTrue && !isWord(bytes, start, end, 'false')) return false;
    values.addBoolean(isTrue);
    return true;
  },
  int: (values, record, cell) => {
    const value = readNumber(record, cell);
    if (!Number.isInteger(value) || value < -maxInt32 || value >= maxInt32) return false;
    values.addInt32(value);
    return true;
  },
  long: (values, record, cell) => {
    const text = cellText(record, cell);
    const value = /^-?\d+$/.test(text) ? BigInt(text) : toBigInt(readNumber(record, cell));
    if (value === undefined || value < -maxInt64 || value >= maxInt64) return false;
    values.addBigInt(value);
    return true;
  },
  double: (values, record, cell) => {
    const value = readNumber(record, cell);
    if (Number.isNaN(value)) return false;
    values.addDouble(value);
    return true;
  },
  date: (values, record, cell) => {
    const value = readDate(record.bytes, contentStart(record, cell), contentEnd(record, cell));
    if (Number.isNaN(value)) return false;
    values.addInt32(value);
    return true;
  },
  datetime: (values, record, cell) => {
    const value = readDateTime(record.bytes, contentStart(record, cell), contentEnd(record, cell));
    if (Number.isNaN(value)) return false;
    values.addInt64(value);
    return true;
  },
};

function addText(values: PlainValues, record: CsvRecord, cell: number): boolean {
  const start = contentStart(record, cell);
  values.addText(record.bytes, start, contentEnd(record, cell), start !== record.starts[cell]);
  return true;
}

/** NaN when the text is not a number. */
function readNumber(record: CsvRecord, cell: number): number {
  const { bytes } = record;
  const start = contentStart(record, cell);
  const end = contentEnd(record, cell);
  return isJsonNumber(bytes, start, end) ? Number(bytes.toString('latin1', start, end)) : NaN;
}

function toBigInt(value: number): bigint | undefined {
  return Number.isInteger(value) ? BigInt(value) : undefined;
}

const msPerDay = 86_400_000;

/** Reads `2025-11-25` and gives days since 1970, or NaN. */
export function readDate(bytes: Buffer, start: number, end: number): number {
  return end - start === 10 ? readDay(bytes, start) : NaN;
}

/** Reads `2025-11-25T03:45:21.142Z`, the fraction optional, or with `+0000` for the Z; milliseconds since 1970, or NaN. */
export function readDateTime(bytes: Buffer, start: number, end: number): number {
  const isUsual =
    end - start === 24 &&
    bytes[start + 10] === 0x54 &&
    bytes[start + 13] === 0x3a &&
    bytes[start + 16] === 0x3a &&
    bytes[start + 19] === 0x2e &&
    bytes[start + 23] === 0x5a;
  if (!isUsual) return parseDateTime(bytes.toString('latin1', start, end));
  const hours = readDigits(bytes, start + 11, 2);
  const minutes = readDigits(bytes, start + 14, 2);
  const seconds = readDigits(bytes, start + 17, 2);
  const ms = readDigits(bytes, start + 20, 3);
  if (hours > 23 || minutes > 59 || seconds > 59) return NaN;
  return readDay(bytes, start) * msPerDay + hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + ms;
}

const dateTimePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/;

function parseDateTime(text: string): number {
  return dateTimePattern.test(text) ? Date.parse(text.replace(/(?<=[+-]\d{2})(?=\d{2}$)/, ':')) : NaN;
}

function readDay(bytes: Buffer, start: number): number {
  if (bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d) return NaN;
  const year = readDigits(bytes, start, 4);
  const month = readDigits(bytes, start + 5, 2);
  const day = readDigits(bytes, start + 8, 2);
  if (!(year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return NaN;
  return Date.UTC(year, month - 1, day) / msPerDay;
}

function readDigits(bytes: Buffer, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
