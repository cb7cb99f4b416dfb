import { QUOTE } from '../csv/bytes.js';
import { isCellEmpty, contentEnd, contentStart } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import type { ColumnKind } from '../describe/column-types.js';

// Declared here and not shared: V8 loads an imported constant anew for every byte.
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

/** Whether the bytes are this word of ASCII letters. */
export function isWord(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if (bytes[start + i] !== word.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * Whether the bytes are a number as JSON writes them. The service's notation (Java's: `9.9213206E7`) is; `.5`, `+1`,
 * `01` and `NaN` are not.
 */
export function isJsonNumber(bytes: Uint8Array, start: number, end: number): boolean {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  const integerStart = at;
  at = afterDigits(bytes, at, end);
  if (at === integerStart || (bytes[integerStart] === 0x30 && at > integerStart + 1)) return false;
  if (at < end && bytes[at] === 0x2e) {
    const fractionStart = at + 1;
    at = afterDigits(bytes, fractionStart, end);
    if (at === fractionStart) return false;
  }
  if (at < end && (bytes[at] === 0x45 || bytes[at] === 0x65)) {
    at++;
    if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    const exponentStart = at;
    at = afterDigits(bytes, exponentStart, end);
    if (at === exponentStart) return false;
  }
  return at === end;
}

function afterDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at])) at++;
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
