import { QUOTE } from './bytes.js';
import type { CsvRecord } from './record-tokenizer.js';

/** The value of a cell as text, unquoted; `''` for a cell that the record does not have. */
export function cellText(record: CsvRecord, index: number): string {
  if (index >= record.count) return '';
  return unquote(record.bytes, record.starts[index] ?? 0, record.ends[index] ?? 0);
}

/** Whether a cell has no value: nothing at all, or `""`. The service does not tell the two apart. */
export function isCellEmpty({ bytes, starts, ends, count }: CsvRecord, index: number): boolean {
  if (index >= count) return true;
  const start = starts[index] ?? 0;
  const length = (ends[index] ?? 0) - start;
  return length === 0 || (length === 2 && bytes[start] === QUOTE && bytes[start + 1] === QUOTE);
}

/** Whether no cell of a record has a value: delimiters alone, or `"","",""`. */
export function isRecordEmpty(record: CsvRecord): boolean {
  const { count } = record;
  // Too long for cells of `""`, which is what nearly every record is.
  const bytes = record.end - record.start;
  if (bytes >= 3 * count) return false;
  if (bytes === count - 1) return true;
  return isEmptyFrom(record, 0);
}

/** Whether a record has no value from this cell on. */
export function isEmptyFrom(record: CsvRecord, from: number): boolean {
  const { count, starts } = record;
  if (count > starts.length) return false;
  for (let cell = from; cell < count; cell++) if (!isCellEmpty(record, cell)) return false;
  return true;
}

/** Takes empty cells off a record's end that are more than `count`. @returns whether there were some, all empty */
export function dropExtraCells(record: CsvRecord & { count: number }, count: number): boolean {
  if (record.count <= count || !isEmptyFrom(record, count)) return false;
  record.count = count;
  return true;
}

/** All values of a record as text. */
export function recordTexts(record: CsvRecord): string[] {
  return Array.from({ length: Math.min(record.count, record.starts.length) }, (_, index) =>
    cellText(record, index),
  );
}

/**
 * The value's own bytes in UTF-8, without the quotes around it. Shares memory with the record unless the value has
 * doubled quotes; for hashing and comparing keys without making strings.
 */
export function cellBytes(record: CsvRecord, index: number): Buffer {
  const isThere = index < record.count;
  const start = isThere ? (record.starts[index] ?? 0) : 0;
  const end = isThere ? (record.ends[index] ?? 0) : 0;
  if (record.bytes[start] !== QUOTE || start === end) return record.bytes.subarray(start, end);
  const inside = record.bytes.subarray(start + 1, end - 1);
  return inside.includes(QUOTE) ? Buffer.from(cellText(record, index)) : inside;
}

function unquote(bytes: Buffer, start: number, end: number): string {
  if (start === end || bytes[start] !== QUOTE) return bytes.toString('utf8', start, end);
  const closed = end - start > 1 && bytes[end - 1] === QUOTE ? end - 1 : end;
  const inside = bytes.toString('utf8', start + 1, closed);
  return inside.includes('"') ? inside.replaceAll('""', '"') : inside;
}

/** Offset of the first byte of a cell's value, after its opening quote if it has one. */
export function contentStart({ bytes, starts, ends }: CsvRecord, cell: number): number {
  const start = starts[cell] ?? 0;
  return bytes[start] === QUOTE && start !== ends[cell] ? start + 1 : start;
}

/** Offset past the last byte of a cell's value, before its closing quote if it has one. */
export function contentEnd({ bytes, starts, ends }: CsvRecord, cell: number): number {
  const start = starts[cell] ?? 0;
  const end = ends[cell] ?? 0;
  return bytes[start] === QUOTE && start !== end ? end - 1 : end;
}

/** Writes a value as a CSV cell: in quotes, with quotes doubled, only where it must be. */
export function encodeCell(value: string, delimiter: string): string {
  const needsQuotes =
    value.includes(delimiter) || value.includes('"') || value.includes('\n') || value.includes('\r');
  return needsQuotes ? `"${value.replaceAll('"', '""')}"` : value;
}
