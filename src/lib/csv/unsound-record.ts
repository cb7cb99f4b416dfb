import type { CsvProblemCode } from './problems.js';
import type { CsvRecord, RecordTokenizer } from './record-tokenizer.js';

/** Problems of one record. Others are of the whole file, such as its encoding, or of how it is cut. */
const recordCodes = new Set<CsvProblemCode>([
  'COLUMN_COUNT',
  'END_OF_FILE_MARK',
  'LONE_CARRIAGE_RETURN',
  'RECORD_TOO_LONG',
  'TEXT_AFTER_QUOTE',
  'UNESCAPED_QUOTE',
  'VALUE_TOO_LONG',
]);

/**
 * Whether a record that is not sound ends where it seems to, however its quotes are read, so that those behind it are
 * what they seem. A stray quote may open a value that goes on in the next line: it does not where the quotes of the line
 * come in pairs, nor where none of them begins a cell.
 * @param width how many columns the header has
 */
export function endsForCertain(record: RecordTokenizer, code: CsvProblemCode, width: number): boolean {
  if (!recordCodes.has(code) || record.fault === 'unterminated-quote') return false;
  if (record.fault === undefined && record.count === width) return true;
  if (record.quotedLf + record.quotedCrlf > 0) return false;
  return quotesIn(record) % 2 === 0 || !hasQuotedCell(record);
}

/** Whether the cells of a record are what they seem; if not, a value may have been cut at a delimiter in it. */
export function hasCertainCells(record: RecordTokenizer, width: number): boolean {
  if (record.count !== width) return false;
  return record.fault === undefined || (record.fault !== 'unterminated-quote' && !hasQuotedCell(record));
}

const QUOTE = 0x22;
const SPACE = 0x20;

function quotesIn({ bytes, start, end }: CsvRecord): number {
  let quotes = 0;
  for (let at = bytes.indexOf(QUOTE, start); at !== -1 && at < end; at = bytes.indexOf(QUOTE, at + 1))
    quotes++;
  return quotes;
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
