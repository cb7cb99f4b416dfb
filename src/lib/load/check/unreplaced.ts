import { QUOTE } from '../../csv/bytes.js';
import { cellText, isCellEmpty } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { InputProblem } from '../../errors.js';
import { placeholderStart } from '../../input/placeholder.js';
import { notSent, wasNotSent } from '../model/not-sent.js';

/** Tells what is wrong with a row of a result file; mostly nothing. */
export type UnreplacedCheck = (record: CsvRecord, row: number) => readonly InputProblem[];

/**
 * Checks rows of a result file that were set aside for values which no cell can hold, or which can't be told apart: until a person
 * has put values there, what is in the cells must not be sent.
 * @param header of the file
 * @param cells those that are sent
 */
export function unreplacedCheck(header: readonly string[], cells: readonly number[]): UnreplacedCheck {
  const errorCell = header.findIndex((name) => name.trim().toLowerCase() === 'sf__error');
  const sent = cells.filter((cell) => cell >= 0 && cell !== errorCell);
  return (record, row) => {
    const left = sent.filter((cell) => isPlaceholder(record, cell));
    const isEmpty = sent.every((cell) => isCellEmpty(record, cell));
    if (left.length === 0 && !isEmpty) return none;
    const error = errorCell < 0 ? '' : cellText(record, errorCell);
    if (isEmpty) return wasNotSent(error) ? [valueless(error, row)] : none;
    // Of a row that the org has refused, it is what was sent.
    if (error !== '' && !wasNotSent(error)) return none;
    return left.map((cell) => ({
      /** The value of a set-aside row still has to be written. */
      code: 'NOT_REPLACED',
      row,
      ...columnAt(header, cell),
      message: "Its value can't be sent and is not replaced yet: write another one, or clear the cell.",
    }));
  };
}

/** Whether a row has problems of this check alone. */
export function isUnreplaced(problems: readonly InputProblem[]): boolean {
  return problems.length > 0 && problems.every(({ code }) => code === 'NOT_REPLACED');
}

function valueless(error: string, row: number): InputProblem {
  const message = `The row has no values. ${error.slice(notSent.length).replace(/^: /, '')}`;
  return { /** The values of a set-aside row still have to be written. */ code: 'NO_VALUES', row, message };
}

function columnAt(header: readonly string[], cell: number): { readonly column?: string } {
  const column = header[cell];
  return column === undefined ? {} : { column };
}

function isPlaceholder({ bytes, count, starts, ends }: CsvRecord, cell: number): boolean {
  if (cell >= count) return false;
  const start = starts[cell] ?? 0;
  const from = bytes[start] === QUOTE ? start + 1 : start;
  if (bytes[from] !== mark[0] || (ends[cell] ?? 0) - from < mark.length) return false;
  return bytes.compare(mark, 0, mark.length, from, from + mark.length) === 0;
}

const mark = Buffer.from(placeholderStart);
const none: readonly InputProblem[] = [];
