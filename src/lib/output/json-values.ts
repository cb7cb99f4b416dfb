import { isCellEmpty } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import { contentEnd, contentStart } from '../csv/cell-content.js';
import { isJsonNumber, isWord } from './byte-values.js';
import type { ColumnKind } from '../describe/column-types.js';

// Declared here and not shared: V8 loads an imported constant anew for every byte.
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/**
 * Writes the value of one cell as JSON into `target` at `at`, and gives the offset after it. The caller has made
 * room: `maxJsonBytesPerByte` for each of the cell's bytes, and four for quotes or `null`.
 */
export type JsonValueWriter = (record: CsvRecord, cell: number, target: Buffer, at: number) => number;

/** A control character of one byte becomes `\u001f`. */
export const maxJsonBytesPerByte = 6;

const hexDigits = Buffer.from('0123456789abcdef');

/** Per byte: 0 when it stands for itself in a JSON string, else the letter after the backslash. */
export const escapeLetters = new Uint8Array(256);
escapeLetters.fill(LETTER_U, 0, 0x20);
for (const [byte, letter] of ['\bb', '\tt', '\nn', '\ff', '\rr', '""', '\\\\'].map((pair) =>
  Buffer.from(pair),
)) {
  if (byte !== undefined && letter !== undefined) escapeLetters[byte] = letter;
}

/** The writer for a column: with a kind, empty is null; without one, every value is a string. */
export function jsonValueWriter(kind: ColumnKind | undefined): JsonValueWriter {
  switch (kind) {
    case undefined:
      return writeString;
    case 'boolean':
      return writeBoolean;
    case 'int':
    case 'long':
    case 'double':
      return writeNumber;
    case 'string':
    case 'date':
    case 'datetime':
      return writeStringOrNull;
  }
}

function writeString(record: CsvRecord, cell: number, target: Buffer, from: number): number {
  const { bytes } = record;
  const start = contentStart(record, cell);
  const end = contentEnd(record, cell);
  const isQuoted = end !== record.ends[cell];
  let at = from;
  target[at++] = QUOTE;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    const letter = escapeLetters[byte] ?? 0;
    if (letter === 0) {
      target[at++] = byte;
      continue;
    }
    target[at++] = BACKSLASH;
    target[at++] = letter;
    if (letter === LETTER_U) at = writeHexDigits(byte, target, at);
    else if (byte === QUOTE && isQuoted) i++;
  }
  target[at] = QUOTE;
  return at + 1;
}

/** Writes the four digits after `\\u`, and gives the offset after them. */
export function writeHexDigits(byte: number, target: Buffer, at: number): number {
  target[at] = 0x30;
  target[at + 1] = 0x30;
  target[at + 2] = hexDigits[byte >> 4] ?? 0;
  target[at + 3] = hexDigits[byte & 15] ?? 0;
  return at + 4;
}

function writeStringOrNull(record: CsvRecord, cell: number, target: Buffer, at: number): number {
  return isCellEmpty(record, cell) ? writeNull(target, at) : writeString(record, cell, target, at);
}

function writeNumber(record: CsvRecord, cell: number, target: Buffer, at: number): number {
  if (isCellEmpty(record, cell)) return writeNull(target, at);
  const start = contentStart(record, cell);
  const end = contentEnd(record, cell);
  return isJsonNumber(record.bytes, start, end)
    ? copyBytes(record.bytes, { start, end }, target, at)
    : writeString(record, cell, target, at);
}

function writeBoolean(record: CsvRecord, cell: number, target: Buffer, at: number): number {
  if (isCellEmpty(record, cell)) return writeNull(target, at);
  const start = contentStart(record, cell);
  const end = contentEnd(record, cell);
  return isWord(record.bytes, start, end, 'true') || isWord(record.bytes, start, end, 'false')
    ? copyBytes(record.bytes, { start, end }, target, at)
    : writeString(record, cell, target, at);
}

function copyBytes(
  source: Buffer,
  { start, end }: { start: number; end: number },
  target: Buffer,
  from: number,
): number {
  let at = from;
  for (let i = start; i < end; i++) target[at++] = source[i] ?? 0;
  return at;
}

/** Writes `null`, and gives the offset after it. */
export function writeNull(target: Buffer, at: number): number {
  target[at] = 0x6e;
  target[at + 1] = 0x75;
  target[at + 2] = 0x6c;
  target[at + 3] = 0x6c;
  return at + 4;
}
