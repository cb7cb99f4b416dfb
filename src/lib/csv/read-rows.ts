import { recordTexts } from './cells.js';
import { RecordReader } from './record-reader.js';
import { RecordTokenizer, type CsvRecord } from './record-tokenizer.js';
import { streamWindows } from './windows.js';
import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { Bulk2Error } from '../errors.js';

/** Rows made at a time: enough to be fast, few enough to weigh nothing. */
const batchRows = 200;

/** Reads results in CSV as objects keyed by their header; values are text. Stops reading when the caller stops. */
export async function* readRows(
  csv: AsyncIterable<Buffer>,
  delimiter: string,
): AsyncGenerator<Record<string, string>, void, undefined> {
  const chunks = csv[Symbol.asyncIterator]();
  const reader = new RecordReader({ [Symbol.asyncIterator]: () => chunks }, delimiter);
  try {
    let columns: readonly string[] = [];
    await reader.read(1, (record) => {
      columns = recordTexts(record);
    });
    for (let rows = batchRows; rows === batchRows;) {
      const batch: Array<Record<string, string>> = [];
      rows = await reader.read(batchRows, (record) => batch.push(rowOf(columns, recordTexts(record))));
      yield* batch;
    }
  } finally {
    await chunks.return?.();
  }
}

export function rowOf(columns: readonly string[], values: readonly string[]): Record<string, string> {
  const row: Record<string, string> = {};
  for (const [index, column] of columns.entries()) row[column] = values[index] ?? '';
  return row;
}

/** A row as it was uploaded: keyed by the header, or as text where it is no sound CSV or has too few or many values. */
type UploadedRow = Record<string, string> | string;

/** Reads rows that the service gives back as they were uploaded, however they are written; the header is sound. */
export async function* readUploadedRows(
  csv: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<UploadedRow, void, undefined> {
  const tokenizer = new RecordTokenizer(delimiter);
  let columns: readonly string[] | undefined;
  for await (const window of streamWindows(csv)) {
    const { bytes, to, isEnd } = window;
    let at = window.from;
    while (at < to) {
      const next = tokenizer.next(bytes, at, { to, isEnd });
      if (next < 0) break;
      at = next;
      if (tokenizer.isBlankLine) continue;
      if (columns === undefined) columns = recordTexts(tokenizer);
      else yield uploadedRow(tokenizer, columns);
    }
    window.consumed = at;
  }
}

function uploadedRow(record: RecordTokenizer & CsvRecord, columns: readonly string[]): UploadedRow {
  const { bytes, start, end, count, fault } = record;
  if (fault !== undefined || count !== columns.length) return bytes.toString('utf8', start, end);
  return rowOf(columns, recordTexts(record));
}

type ReadRecordsOptions = {
  /** One character. Default a comma. */
  readonly delimiter?: string | undefined;
};

/**
 * Reads CSV in UTF-8 as lists of values, the header first. Values are text, as they stand in the file; blank lines
 * are none. Reads on only as records are taken, and stops reading when the caller stops.
 *
 * @throws Bulk2Error when the bytes are not CSV
 */
export async function* readRecords(
  input: AsyncIterable<Uint8Array>,
  { delimiter = ',' }: ReadRecordsOptions = {},
): AsyncGenerator<string[], void, undefined> {
  const source = Readable.from(input, { objectMode: false });
  const parser = parse({
    delimiter,
    bom: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
  });
  // Joins their fates: an error of the source reaches the loop below, and leaving the loop closes the source.
  pipeline(source, parser, () => undefined);
  try {
    for await (const record of parser) yield record as string[];
  } catch (cause) {
    if (isCsvError(cause)) throw new Bulk2Error(`This is not valid CSV: ${cause.message}`, { cause });
    throw cause;
  }
}

function isCsvError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');
}
