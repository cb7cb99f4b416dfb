import type { FieldIndex } from '../../describe/field-index.js';
import type { InputProblem } from '../../errors.js';

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
  return message === undefined ? undefined : { code: 'MISREAD_HEADER', row: 0, message };
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
