import { QUOTE } from './bytes.js';
import type { CsvProblemCode } from './problems.js';
import type { CsvRecord, RecordTokenizer } from './record-tokenizer.js';

/** Problems of one record. Others are of the whole file. */
const recordCodes = new Set<CsvProblemCode>([
  'COLUMN_COUNT',
  'END_OF_FILE_MARK',
  'INVALID_UTF8',
  'LONE_CARRIAGE_RETURN',
  'NUL_BYTE',
  'RECORD_TOO_LONG',
  'RECORD_TOO_LONG_FOR_PART',
  'TEXT_AFTER_QUOTE',
  'UNESCAPED_QUOTE',
  'VALUE_TOO_LONG',
]);

/**
 * Whether a record that is not sound ends where it seems to, however its quotes are read, so that those behind it are
 * what they seem. A quote at the beginning of a cell may open a value that goes on in the next lines: it does not where the
 * quotes of the line come in pairs, and such a value ends in it, with a quote before a delimiter or the line's end. Quotes
 * between are text where each two of them stand around words, as in `"the "big" one"`. Others may be those of a value that
 * goes on: in `"5" "a",` an inch and a quoted word, or the quotes of two values. Quotes elsewhere are text.
 * @param form how many columns the header has, and what is between values
 */
export function endsForCertain(
  record: RecordTokenizer,
  code: CsvProblemCode,
  form: { readonly width: number; readonly delimiter: string },
): boolean {
  if (!recordCodes.has(code) || record.fault === 'unterminated-quote') return false;
  if (record.fault === undefined && record.count === form.width) return true;
  if (record.quotedLf + record.quotedCrlf > 0) return false;
  if (!hasQuotedCell(record)) return true;
  const line = record.bytes.toString('latin1', record.start, record.end);
  return quotesIn(line) % 2 === 0 && closesItsQuotes(line, form.delimiter);
}

/** Whether the cells of a record are what they seem; if not, a value may have been cut at a delimiter in it, or is no text. */
export function hasCertainCells(record: RecordTokenizer, code: CsvProblemCode, width: number): boolean {
  if (record.count !== width || textless.has(code)) return false;
  return record.fault === undefined || (record.fault !== 'unterminated-quote' && !hasQuotedCell(record));
}

/** The row has bytes that are no text, or is the end of the file. */
const textless = new Set<CsvProblemCode>(['END_OF_FILE_MARK', 'INVALID_UTF8', 'NUL_BYTE']);

const SPACE = 0x20;

function quotesIn(line: string): number {
  return line.split('"').length - 1;
}

/** Whether each value that a quote opens is closed in the line. */
function closesItsQuotes(line: string, delimiter: string): boolean {
  for (let at = 0; at < line.length;) {
    const opening = /^\s*"/.exec(line.slice(at))?.[0].length;
    const end =
      opening === undefined ? line.indexOf(delimiter, at) : afterClosing(line, at + opening, delimiter);
    if (end === -1) return opening === undefined;
    at = end + 1;
  }
  return true;
}

/** Offset past a quote before a delimiter or the line's end; -1 where there is none, or another than quotes of words before it. */
function afterClosing(line: string, from: number, delimiter: string): number {
  const isEnd = (at: number): boolean => at === line.length || line[at] === delimiter;
  let isInWords = false;
  for (let at = line.indexOf('"', from); at !== -1; at = line.indexOf('"', at + 1)) {
    if (line[at + 1] === '"') {
      at += 1;
      // Those of the words and of the value; elsewhere they are doubled.
      if (isInWords && isEnd(at + 1)) return at + 1;
      continue;
    }
    if (!isInWords && isEnd(at + 1)) return at + 1;
    // Escaped as other programs do it.
    if (line[at - 1] === '\\') continue;
    const isBehindText = at > from && /[^\s(]/.test(line[at - 1] ?? '');
    const isBeforeText = !isEnd(at + 1) && /[^\s.,;:!?)]/.test(line[at + 1] ?? '');
    if (isBehindText !== isInWords || isBeforeText === isInWords) return -1;
    isInWords = !isInWords;
  }
  return -1;
}

/** Whether a quote begins a cell, be it behind blanks. */
function hasQuotedCell({ bytes, starts, ends, count }: CsvRecord): boolean {
  // Past the last offsets that are kept, nothing is known.
  if (count > starts.length) return true;
  for (let cell = 0; cell < count; cell++) {
    let at = starts[cell] ?? 0;
    const end = ends[cell] ?? 0;
    while (at < end && (bytes[at] ?? 0) <= SPACE) at++;
    if (at < end && bytes[at] === QUOTE) return true;
  }
  return false;
}
