import { cellText, isEmptyFrom, recordTexts } from './cells.js';
import { serviceLimits } from './limits.js';
import { nameColumns, type CsvProblem, type CsvProblemCode } from './problems.js';
import type { CsvRecord, RecordFault, RecordTokenizer } from './record-tokenizer.js';

/** What is known of a record apart from its bytes. */
export type RecordPlace = {
  readonly columns: readonly string[];
  readonly row: number;
  /** Line of the file on which the record begins, from 1. */
  readonly line: number;
};

const faults: Readonly<Record<RecordFault, { code: CsvProblemCode; message: string; action: string }>> = {
  'unescaped-quote': {
    code: 'UNESCAPED_QUOTE',
    message: 'There is a quote inside a value that is not quoted.',
    action:
      'Put values that contain a quote in quotes, and double the quotes in them: "5"" pipe". No space may stand before the opening quote.',
  },
  'text-after-quote': {
    code: 'TEXT_AFTER_QUOTE',
    message: 'Text follows the quote that closes the value.',
    action: 'Double the quotes inside quoted values: "the ""big"" one".',
  },
  'lone-carriage-return': {
    code: 'LONE_CARRIAGE_RETURN',
    message: 'There is a carriage return without a line feed outside quotes.',
    action:
      'End lines with a line feed, or with a carriage return and a line feed; quote values that contain either.',
  },
  'unterminated-quote': {
    code: 'UNTERMINATED_QUOTE',
    message: 'A quote opens here that is never closed.',
    action: 'Close the quote, or double it if it is a part of the value.',
  },
};

/** Says what is wrong with a record's structure, its first fault only: the others mostly follow from it. */
export function recordProblem(record: RecordTokenizer, place: RecordPlace): CsvProblem | undefined {
  return (
    markProblem(record, place) ??
    faultProblem(record, place) ??
    countProblem(record, place) ??
    lengthProblem(record, place)
  );
}

/** The name of a column for a message, or its number where the header has none. */
export function columnName({ columns }: Pick<RecordPlace, 'columns'>, index: number): string {
  return columns[index] ?? String(index + 1);
}

/** Row and line differ once values contain line breaks; editors know lines only. */
export function onLine({ row, line }: RecordPlace): string {
  return line === row + 1 ? '' : ` (line ${line} of the file)`;
}

const endOfFileMark = 0x1a;

function markProblem({ bytes, start, end }: CsvRecord, place: RecordPlace): CsvProblem | undefined {
  if (end - start !== 1 || bytes[start] !== endOfFileMark) return undefined;
  return {
    code: 'END_OF_FILE_MARK',
    row: place.row,
    message: `This is not a row but the byte 0x1A (Ctrl-Z), which some old programs write at the end of a file${onLine(place)}.`,
    action: "Remove it: tr -d '\\032' < FILE > NEW_FILE",
  };
}

function faultProblem({ fault, faultCell }: RecordTokenizer, place: RecordPlace): CsvProblem | undefined {
  if (fault === undefined) return undefined;
  const { code, message, action } = faults[fault];
  return {
    code,
    row: place.row,
    column: columnName(place, faultCell),
    message: message + onLine(place),
    action,
  };
}

function countProblem(record: RecordTokenizer, place: RecordPlace): CsvProblem | undefined {
  const { count } = record;
  const { columns, row } = place;
  if (count === columns.length) return undefined;
  const values = count === 1 ? '1 value' : `${count} values`;
  const isEmptyEnd = count > columns.length && isEmptyFrom(record, columns.length);
  return {
    code: 'COLUMN_COUNT',
    row,
    message: `${values} where the header has ${columns.length}${isEmptyEnd ? ', all empty beyond those' : ''}${onLine(place)}.`,
    action: isEmptyEnd
      ? 'Empty cells beyond the columns of the header are dropped with --ignore-unknown-columns.'
      : 'Give every row as many values as the header has, and quote values that contain the delimiter.',
    ...(isEmptyEnd ? { actionOnFile: nameColumns } : {}),
  };
}

function lengthProblem(record: RecordTokenizer, place: RecordPlace): CsvProblem | undefined {
  // A character takes at least a byte, so nothing short in bytes can be long in characters.
  const { fieldCharacters, recordCharacters } = serviceLimits;
  if (record.end - record.start <= fieldCharacters) return undefined;
  for (let cell = 0; cell < record.count; cell++) {
    const bytes = (record.ends[cell] ?? 0) - (record.starts[cell] ?? 0);
    const characters = bytes <= fieldCharacters ? bytes : cellText(record, cell).length;
    if (characters > fieldCharacters) {
      return {
        code: 'VALUE_TOO_LONG',
        row: place.row,
        column: columnName(place, cell),
        message: `The value has ${characters} characters; the service takes ${fieldCharacters}${onLine(place)}.`,
      };
    }
  }
  return decodedLength(record) > recordCharacters ? recordTooLong(place) : undefined;
}

/** A record's values and delimiters, without the quotes that CSV puts around and into them. */
function decodedLength(record: CsvRecord): number {
  return recordTexts(record).reduce((sum, value) => sum + value.length, record.count - 1);
}

function recordTooLong(place: RecordPlace): CsvProblem {
  return {
    code: 'RECORD_TOO_LONG',
    row: place.row,
    message: `The record has more than ${serviceLimits.recordCharacters} characters, which is what the service takes${onLine(place)}.`,
  };
}

/** For a record that goes on past anything the service takes: mostly because of a quote that is not closed. */
export function endlessRecordProblem(record: RecordTokenizer, place: RecordPlace): CsvProblem {
  return faultProblem(record, place) ?? recordTooLong(place);
}

export function partProblem(
  { start, end, terminatorBytes }: RecordTokenizer,
  place: RecordPlace,
  maxPartBytes: number,
): CsvProblem | undefined {
  const bytes = end - start + terminatorBytes;
  if (bytes <= maxPartBytes) return undefined;
  return {
    code: 'RECORD_TOO_LONG_FOR_PART',
    row: place.row,
    message: `The record has ${bytes} bytes and a job takes ${maxPartBytes}${onLine(place)}.`,
    action: 'Allow larger jobs.',
  };
}
