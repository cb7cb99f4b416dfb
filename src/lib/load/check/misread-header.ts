import type { FieldIndex } from '../../describe/field-index.js';
import type { InputProblem } from '../../errors.js';
import { cellText } from '../../csv/cells.js';
import { QUOTE } from '../../csv/bytes.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';

/**
 * Says why a header that was refused is probably none, or not the one that is meant; undefined when it looks like one.
 * @param index of the object, where it is known
 */
export function misreadHeader(
  columns: readonly string[],
  index: FieldIndex | undefined,
): InputProblem | undefined {
  const [only = ''] = columns;
  const message =
    (columns.length === 1 ? wholeLine(only) : undefined) ??
    columns.map(valueAsName).find((found) => found !== undefined) ??
    columns.map((column) => blanksAround(column, index)).find((found) => found !== undefined);
  return message === undefined
    ? undefined
    : {
        /** The first line is probably not a header, or not the one that is meant. */ code: 'MISREAD_HEADER',
        row: 0,
        message,
      };
}

/** Of the separators that are found without being told, a line has none outside quotes. */
function wholeLine(column: string): string | undefined {
  const [foundUntold] = /[,;\t|^`]/.exec(column) ?? [];
  const separator = foundUntold ?? /[~!#/\\]| {2,}|:(?!\w+\.\w+$)/.exec(column)?.[0]?.charAt(0);
  if (separator === undefined) return undefined;
  const name = separator === '\t' ? 'TAB' : separator.trim() === '' ? 'a space' : `"${separator}"`;
  const flag = `--column-delimiter ${separator === '\t' ? 'TAB' : `"${separator}"`}`;
  const unquote = String.raw`tr -d '\r' < FILE | sed 's/^"//; s/"$//; s/""/"/g' > NEW_FILE`;
  const advice = [
    `If each line is in quotes as a whole, take them away: ${unquote}.`,
    `If ${name} separates the values, which are in no such quotes, add ${flag}.`,
  ];
  const ordered = foundUntold === undefined ? advice.toReversed() : advice;
  return `The file has one column, "${column}", which looks like a whole line. ${ordered.join(' ')}`;
}

/** Ids, numbers, dates and addresses are no names of columns. */
function valueAsName(column: string): string | undefined {
  const isId =
    /^(?=.*\d)[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/.test(column) && /^[a-zA-Z0-9]{3}.*\d{2}/.test(column);
  const isValue =
    isId || /^[-+]?\d[\d.,:/-]*(?:T[\d:.]+Z?)?$/.test(column) || /^[^@\s]+@[^@\s]+\.\w+$/.test(column);
  if (!isValue) return undefined;
  const names = isId
    ? 'Put a line with the names of the columns above it; that of ids is Id.'
    : 'Put a line with the names of the columns above it.';
  return `The first line has values, such as "${column}", and no names of columns. ${names}`;
}

/** Blanks that nobody sees: spaces, no-break spaces, and marks of no width. */
const invisible = /^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$/g;

function blanksAround(column: string, index: FieldIndex | undefined): string | undefined {
  const plain = column.replace(invisible, '');
  const isField = plain.toLowerCase() === 'id' || index?.field(plain) !== undefined;
  if (plain === column || plain === '' || !isField) return undefined;
  const seen = column.replace(
    /[^ -~]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `The column "${seen}" has blanks around its name, which are a part of it. Take them out, or add --map "${plain}=${plain}".`;
}

/** What is told of a row that is the header. */
export const headerAgain: InputProblem = {
  code: 'HEADER_AGAIN',
  message: 'This is the header again, as happens where files were joined. Remove the line.',
};

/** What is told of a row that may be one, and is loaded. */
export function headerPerhaps(file: string, row: number, name: string): InputProblem {
  const message = `Row ${row} of ${file} is "${name}", as the header is, and is loaded. If it is the header of another file, remove it.`;
  return { code: 'HEADER_PERHAPS', file, row, message };
}

/** Whether a record is the header again, or may just have the name of its only column for a value. */
export type HeaderAgain = 'certain' | 'possible' | undefined;

/**
 * Tells whether a record has the names of the columns for values, however it spells them: in quotes or not, behind a
 * byte order mark, with blanks around names, in other case. The name of an only column may be a value too, `Name` of
 * something that is called so: unless no value would be written like that, it is but possible, and only as it is spelled.
 */
export function headerAgainCheck(columns: readonly string[]): (record: CsvRecord) => HeaderAgain {
  const names = columns.map(plainName);
  const first = Buffer.from(names[0] ?? '');
  const isNoValue = columns.length > 1 || /^id$|__|\./.test(names[0] ?? '');
  return (record) => {
    if (record.count !== names.length) return undefined;
    if (!mayBeNamed(first, record)) return undefined;
    if (!names.every((name, index) => plainName(cellText(record, index)) === name)) return undefined;
    const text = cellText(record, 0);
    if (isNoValue || text.startsWith('\ufeff')) return 'certain';
    return text === columns[0] ? 'possible' : undefined;
  };
}

/** Trimming takes a byte order mark away, too. */
function plainName(text: string): string {
  return text.trim().toLowerCase();
}

/** Whether the first value of a record may be this name. Nearly every row is told by a byte, without making text of it. */
function mayBeNamed(name: Buffer, { bytes, start, end }: CsvRecord): boolean {
  let from = bytes[start] === QUOTE ? start + 1 : start;
  if (isOther(bytes[from] ?? 0, name[0])) return false;
  while (from < end && isInFront(bytes[from] ?? 0)) from++;
  for (let at = 0; at < name.length; at++) {
    const byte = bytes[from + at] ?? 0;
    // What it takes to compare these with others is left to text.
    if (byte >= 0x80 || byte === QUOTE) return true;
    if (isOther(byte, name[at])) return false;
  }
  return true;
}

/** Whether a byte is certainly not this small letter, in either case, nor stands in front of a value. */
function isOther(byte: number, letter: number | undefined): boolean {
  return byte > QUOTE && byte < 0x80 && byte !== letter && (byte > 0x5a || byte + 0x20 !== letter);
}

/** Quotes, and blanks of one byte. */
function isInFront(byte: number): boolean {
  return byte === QUOTE || byte <= 0x20;
}
