import { cellBytes, cellText, isCellEmpty } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import { contentEnd, contentStart } from '../csv/cell-content.js';
import { isJsonNumber, isWord } from './byte-values.js';

import type { ColumnKind } from '../describe/column-types.js';
import { readDate, readDateTime } from './date-bytes.js';

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
