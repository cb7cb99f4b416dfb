import { types } from 'node:util';
import type { OpenBody } from '../api/ingest-jobs.js';
import { delimiterCharacters, type IngestJobRequest } from '../api/types.js';
import { encodeCell } from '../csv/encode-cell.js';
import { readRecords } from '../csv/records.js';
import { recordsToCsv, type RecordSource } from '../input/records-to-csv.js';
import { fieldsToSend } from './fields-to-send.js';
import { recordsName } from './stored-record.js';

export type RecordsBodyOptions = {
  readonly job: IngestJobRequest;
  /** Whether a column holds days, asked for only when there are Date values to write. */
  readonly dateColumns: () => Promise<(column: string) => boolean>;
};

/**
 * Records as the CSV that a job takes, made anew each time it is opened.
 * @throws InputError there are no records, or one of them has a value that no cell can hold
 */
export async function recordsBody(
  source: RecordSource,
  { job, dateColumns }: RecordsBodyOptions,
): Promise<OpenBody> {
  const records = fieldsToSend(source, job.operation);
  const isDateColumn = (await hasDates(records)) ? await dateColumns() : undefined;
  return () =>
    inDialect(recordsToCsv(records, { file: recordsName, ...(isDateColumn && { isDateColumn }) }), job);
}

async function hasDates(records: RecordSource): Promise<boolean> {
  for await (const record of records()) {
    if (Object.values(record).some(types.isDate)) return true;
  }
  return false;
}

/** Records are written with commas and line feeds; a job that was created for others gets them. */
async function* inDialect(csv: AsyncIterable<Buffer>, job: IngestJobRequest): AsyncGenerator<Buffer> {
  const { columnDelimiter = 'COMMA', lineEnding = 'LF' } = job;
  if (columnDelimiter === 'COMMA' && lineEnding === 'LF') {
    yield* csv;
    return;
  }
  const delimiter = delimiterCharacters[columnDelimiter];
  const newline = lineEnding === 'CRLF' ? '\r\n' : '\n';
  for await (const values of readRecords(csv)) {
    const cells = values.map((value) => encodeCell(value, delimiter));
    yield Buffer.from((cells.length === 1 && cells[0] === '' ? '""' : cells.join(delimiter)) + newline);
  }
}
