import {
  detectDialect,
  dialectSampleBytes,
  type Dialect,
  type DialectOptions,
  recognizeOtherFormat,
} from './dialect.js';
import type { FileWindow } from './windows.js';
import { nameColumns, type Adviser, type CsvProblem, type ProblemList } from './problems.js';
import { recordProblem } from './record-problems.js';
import { RecordTokenizer, type CsvRecord } from './record-tokenizer.js';
import { cellText, recordTexts } from './cells.js';
import { serviceLimits } from './limits.js';

const LF = 0x0a;
const CR = 0x0d;
/** Far beyond what the service takes; a header as long as that has an open quote in it. */
const maxHeaderBytes = dialectSampleBytes;

export type CsvHead = {
  readonly dialect: Dialect;
  readonly columns: readonly string[];
  /** The header's bytes, without byte order mark and line ending. */
  readonly header: Buffer;
  /** Offset in the file of the first byte after the header's line. */
  readonly dataStart: number;
};

export type HeaderReading = {
  readonly head: CsvHead;
  /** The tokenizer as it was left after the header. */
  readonly record: RecordTokenizer;
  /** Offset in the window of the first byte after the header's line. */
  readonly end: number;
  /** Lines above the header. */
  readonly linesAbove: number;
};

export type HeaderOptions = Omit<DialectOptions, 'isWholeFile'> & {
  /** See `Adviser`. Default: a load. */
  readonly adviser?: Adviser;
  /** How much of the file to tell its dialect by. Default {@link dialectSampleBytes}. */
  readonly sampleBytes?: number | undefined;
  /** Names that are blank or there twice are let through, for those who leave columns out. Default false. */
  readonly takesAnyNames?: boolean | undefined;
};

/**
 * Reads the header from a file's first window; undefined as long as the window is too small to tell the dialect by.
 *
 * @throws InputError when there is none, or what is there is no CSV in UTF-8
 */
export function readHeader(
  window: FileWindow,
  options: HeaderOptions,
  problems: ProblemList,
): HeaderReading | undefined {
  const { bytes, from, to, base, isEnd } = window;
  const { sampleBytes = dialectSampleBytes } = options;
  if (to - from < sampleBytes && !isEnd) return undefined;
  const sample = bytes.subarray(from, to);
  refuseOtherFormats(sample, problems);
  if (isEnd || sample.length >= dialectSampleBytes) refuseCarriageReturnsAlone(sample, problems);
  const dialect = detectDialect(sample, { ...options, isWholeFile: isEnd });
  refuseOtherEncodings(dialect, problems);
  const start = from + dialect.headerStart;
  if (start >= to) return isEnd ? failEmpty(problems) : undefined;
  const record = new RecordTokenizer(dialect.delimiter);
  const end = record.next(bytes, start, { to, isEnd });
  if (end === -1 && to - start < maxHeaderBytes) return undefined;
  if (end === -1) failEndlessHeader(to - start, problems);
  if (record.fault !== undefined) failFaultyHeader(record, problems);
  const columns = readHeaderNames(record, problems, options.takesAnyNames);
  const header = Buffer.from(bytes.subarray(start, record.end));
  const linesAbove = bytes.subarray(from, start).filter((byte) => byte === LF).length;
  return { head: { dialect, columns, header, dataStart: base + end }, record, end, linesAbove };
}

function refuseOtherFormats(sample: Buffer, problems: ProblemList): void {
  const format = recognizeOtherFormat(sample);
  if (format === undefined) return;
  problems.fail({
    code: 'NOT_CSV',
    message: `This is ${format}, not CSV.`,
    action: 'Save it as CSV (UTF-8).',
  });
}

/** Lines as old Macs ended them, and Excel still does in one of its formats. */
function refuseCarriageReturnsAlone(sample: Buffer, problems: ProblemList): void {
  if (sample.includes(LF) || !sample.includes(CR)) return;
  problems.fail({
    code: 'LONE_CARRIAGE_RETURN',
    row: 0,
    message: 'Its lines end in a carriage return alone, as in files for old Macs.',
    action: "Save it as CSV UTF-8, or convert it: tr '\\r' '\\n' < FILE > NEW_FILE",
  });
}

function refuseOtherEncodings({ encoding }: Dialect, problems: ProblemList): void {
  if (encoding === 'utf-8') return;
  problems.fail({
    code: 'WRONG_ENCODING',
    message: `The file is in ${encoding.toUpperCase()} and the service reads UTF-8.`,
    action: `Transcode it first (--encoding ${encoding}), or save it as CSV UTF-8.`,
    actionOnFile: `Save it as CSV UTF-8, or give the encoding in the plan (encoding: ${encoding}).`,
  });
}

function failEmpty(problems: ProblemList): never {
  problems.fail({ code: 'EMPTY_FILE', message: 'The file is empty: it has no header line.' });
}

function failEndlessHeader(knownBytes: number, problems: ProblemList): never {
  problems.fail({
    code: 'HEADER_TOO_LONG',
    row: 0,
    message: `The header does not end within ${knownBytes} bytes.`,
    action: 'Check that the first line holds the column names and that every quote in it is closed.',
  });
}

function failFaultyHeader(record: RecordTokenizer, problems: ProblemList): never {
  const problem = recordProblem(record, { columns: [], row: 0, line: 1 });
  problems.fail(problem ?? { code: 'NOT_CSV', row: 0, message: 'The header cannot be read.' });
}

/** Reads the names of a header record and notes what no service could make sense of. */
function readHeaderNames(header: CsvRecord, problems: ProblemList, takesAnyNames = false): string[] {
  if (header.count > serviceLimits.columns) {
    problems.fail({
      code: 'TOO_MANY_COLUMNS',
      row: 0,
      message: `The header has ${header.count} columns; the service takes ${serviceLimits.columns}.`,
    });
  }
  const columns = Array.from({ length: header.count }, (_, index) => cellText(header, index));
  if (!takesAnyNames)
    for (const problem of nameProblems(columns.entries(), columns.length)) problems.add(problem);
  checkLength(header, problems);
  return columns;
}

/**
 * What is wrong with the names of columns, by their places from 0 among `count`. Names are compared without regard to
 * case, as the service does.
 */
export function nameProblems(columns: Iterable<readonly [number, string]>, count: number): CsvProblem[] {
  const firstOfName = new Map<string, number>();
  return Array.from(columns).flatMap(([index, name]): CsvProblem[] => {
    const key = name.trim().toLowerCase();
    const first = firstOfName.get(key);
    if (key === '') return [namelessColumn(index, count)];
    if (first === undefined) {
      firstOfName.set(key, index);
      return [];
    }
    return [
      {
        code: 'DUPLICATE_COLUMN',
        row: 0,
        column: name,
        message: `"${name}" is the name of both column ${first + 1} and column ${index + 1}.`,
        action: 'Keep one of the columns with the same name.',
      },
    ];
  });
}

function namelessColumn(index: number, count: number): CsvProblem {
  return {
    code: 'EMPTY_COLUMN',
    row: 0,
    column: String(index + 1),
    message: `Column ${index + 1} of ${count} has no name.`,
    action:
      'Name every column after a field, or leave those without a name out with --ignore-unknown-columns.',
    actionOnFile: nameColumns,
  };
}

function checkLength({ bytes, start, end }: CsvRecord, problems: ProblemList): void {
  if (end - start <= serviceLimits.headerCharacters) return;
  const characters = bytes.toString('utf8', start, end).length;
  if (characters <= serviceLimits.headerCharacters) return;
  problems.add({
    code: 'HEADER_TOO_LONG',
    row: 0,
    message: `The header has ${characters} characters; the service takes ${serviceLimits.headerCharacters}.`,
  });
}

/** Names in a header line of query results. */
export function headerColumns(header: Buffer, delimiter: string): string[] {
  if (header.length === 0) return [];
  const tokenizer = new RecordTokenizer(delimiter);
  tokenizer.next(header, 0, { to: header.length, isEnd: true });
  return recordTexts(tokenizer);
}
