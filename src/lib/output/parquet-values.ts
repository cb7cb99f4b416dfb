import { cellBytes, cellText, isCellEmpty, contentEnd, contentStart } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import type { ColumnKind } from '../describe/column-types.js';
import { isJsonNumber, isWord } from './json-values.js';

/**
 * A value in the form hyparquet-writer stores as it is; undefined when the text is not of the kind. Text is bytes of
 * UTF-8, which may share memory with the record: strings would be made of them only to be made bytes again.
 */
export type ParquetValue = Uint8Array | number | bigint | boolean | null | undefined;

export type ParquetValueReader = (record: CsvRecord, cell: number) => ParquetValue;

const maxInt32 = 2 ** 31;
const maxInt64 = 2n ** 63n;

/** The reader for a column: with a kind, empty is null; without one, every value is text. */
export function parquetValueReader(kind: ColumnKind | undefined): ParquetValueReader {
  if (kind === undefined) return cellBytes;
  const read = readers[kind];
  return (record, cell) => (isCellEmpty(record, cell) ? null : read(record, cell));
}

const readers: Readonly<Record<ColumnKind, ParquetValueReader>> = {
  string: cellBytes,
  boolean: (record, cell) => {
    const { bytes } = record;
    const start = contentStart(record, cell);
    const end = contentEnd(record, cell);
    return isWord(bytes, start, end, 'true') ? true : isWord(bytes, start, end, 'false') ? false : undefined;
  },
  int: (record, cell) => {
    const value = readNumber(record, cell);
    return Number.isInteger(value) && value >= -maxInt32 && value < maxInt32 ? value : undefined;
  },
  long: (record, cell) => {
    const text = cellText(record, cell);
    const value = /^-?\d+$/.test(text) ? BigInt(text) : toBigInt(readNumber(record, cell));
    return value !== undefined && value >= -maxInt64 && value < maxInt64 ? value : undefined;
  },
  double: (record, cell) => {
    const value = readNumber(record, cell);
    return Number.isNaN(value) ? undefined : value;
  },
  date: (record, cell) =>
    toDefined(readDate(record.bytes, contentStart(record, cell), contentEnd(record, cell))),
  datetime: (record, cell) =>
    toDefined(readDateTime(record.bytes, contentStart(record, cell), contentEnd(record, cell))),
};

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

function toDefined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
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
