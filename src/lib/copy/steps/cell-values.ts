import { isNullMark, QUOTE } from '../../csv/bytes.js';
import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { nullText } from '../../input/flatten-record.js';
import type { CopyObject } from '../../run/copy-record.js';

/** The value of a cell as it is sent. */
export type ReadValue = (record: CsvRecord, cell: number) => string;

const choiceSeparator = ';';

/**
 * Replaces values as the plan says; any other is sent as it is. Of several choices of a multi-select picklist each one
 * counts, where the plan does not name all of them together.
 * @returns undefined for a field whose values are sent as they are
 */
export function valueReader(
  { values: replaced, choices }: Pick<CopyObject, 'values' | 'choices'>,
  field: string,
): ReadValue | undefined {
  const values = replaced?.[field];
  if (values === undefined) return undefined;
  // Older copies know of no choices, and take any field for one that has several.
  const hasChoices = choices === undefined || choices.includes(field);
  const replacements = new Map(Object.entries(values));
  return (record, cell) => {
    const value = cellText(record, cell);
    const replacement = replacements.get(value);
    if (replacement !== undefined) return replacement;
    if (!hasChoices || !value.includes(choiceSeparator)) return value;
    const chosen = value.split(choiceSeparator).map((choice) => replacements.get(choice) ?? choice);
    return [...new Set(chosen)].filter((choice) => choice !== '').join(choiceSeparator);
  };
}

/**
 * Which of the cells has the text that the service takes for an empty value; -1 for none.
 * @param readers of cells whose values are replaced, in the order of the cells
 */
export function nullMarkIn(
  record: CsvRecord,
  cells: readonly number[],
  readers: ReadonlyArray<ReadValue | undefined>,
): number {
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index] ?? -1;
    const read = readers[index];
    if (read === undefined ? hasNullMark(record, cell) : read(record, cell) === nullText) return index;
  }
  return -1;
}

function hasNullMark({ bytes, starts, ends, count }: CsvRecord, cell: number): boolean {
  if (cell < 0 || cell >= count) return false;
  const start = starts[cell] ?? 0;
  const end = ends[cell] ?? 0;
  const quotes = bytes[start] === QUOTE && end - start > 1 ? 1 : 0;
  return isNullMark(bytes, start + quotes, end - quotes);
}
