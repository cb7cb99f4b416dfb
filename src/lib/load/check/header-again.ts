import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { InputProblem } from '../../errors.js';

/** What is told of a row that is the header. */
export const headerAgain: InputProblem = {
  code: 'HEADER_AGAIN',
  message: 'This is the header again, as it is where files were put one behind the other. Remove the line.',
};

/**
 * Tells whether a record has the names of the columns for values, however it spells them: in quotes or not, behind a
 * byte order mark, with blanks around names, in other case.
 */
export function headerAgainCheck(columns: readonly string[]): (record: CsvRecord) => boolean {
  const names = columns.map(plainName);
  const first = names[0]?.charCodeAt(0) ?? 0;
  return (record) => {
    if (record.count !== names.length) return false;
    // Nearly every row is told by a byte, without making text of it.
    if (first < 0x80 && !mayStartWith(first, record)) return false;
    return names.every((name, index) => plainName(cellText(record, index)) === name);
  };
}

/** Trimming takes a byte order mark away, too. */
function plainName(text: string): string {
  return text.trim().toLowerCase();
}

/** Whether the first byte of a record is this letter in either case, or one that may stand in front of it. */
function mayStartWith(letter: number, { bytes, start }: CsvRecord): boolean {
  const byte = bytes[start] ?? 0;
  return byte >= 0x80 || byte <= 0x22 || (byte | 0x20) === (letter | 0x20);
}
