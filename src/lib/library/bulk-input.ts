import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { OpenBody } from '../api/ingest-jobs.js';
import { delimiterCharacters, type IngestJobRequest } from '../api/types.js';
import { encodeCell } from '../csv/encode-cell.js';
import { readRecords } from '../csv/records.js';
import type { InputRecord } from '../formats/input-record.js';
import { readNdjson } from '../formats/ndjson-in.js';
import { recordsToCsv, type RecordSource } from '../formats/records-to-csv.js';
import { fieldsToSend } from './fields-to-send.js';

/** What can be loaded: CSV as text or bytes, in the job's delimiter and line ending, or records. */
export type BulkInput =
  | string
  | readonly InputRecord[]
  | Readable
  | AsyncIterable<Uint8Array | string>
  | AsyncIterable<InputRecord>;

/** An input that can be read as often as it takes to get it across. */
export type StagedInput = { readonly open: OpenBody; readonly dispose: () => Promise<void> };

export type StageInputOptions = {
  readonly job: IngestJobRequest;
  /** Whether a column holds days, asked for only when there are Date values to write. */
  readonly dateColumns: () => Promise<(column: string) => boolean>;
  readonly signal: AbortSignal;
};

const nothingToDispose = (): Promise<void> => Promise.resolve();

/**
 * Makes an input readable again: streams are kept in a temporary file, so that an expired session or a broken
 * connection does not end the load. An error of the input is thrown before anything has been sent.
 */
export async function stageBulkInput(input: BulkInput, options: StageInputOptions): Promise<StagedInput> {
  if (typeof input === 'string') {
    const bytes = Buffer.from(input);
    return { open: () => Readable.from([bytes], { objectMode: false }), dispose: nothingToDispose };
  }
  if (Array.isArray(input)) return stageRecords(() => input as readonly InputRecord[], options);
  return stageStream(input as AsyncIterable<unknown>, options);
}

async function stageRecords(
  source: RecordSource,
  { job, dateColumns }: StageInputOptions,
): Promise<StagedInput> {
  const records = fieldsToSend(source, job.operation);
  const isDateColumn = (await hasDates(records)) ? await dateColumns() : undefined;
  const open = (): AsyncIterable<Uint8Array> =>
    inDialect(recordsToCsv(records, { file: 'records', ...(isDateColumn && { isDateColumn }) }), job);
  return { open, dispose: nothingToDispose };
}

async function hasDates(records: RecordSource): Promise<boolean> {
  for await (const record of records()) {
    if (Object.values(record).some((value) => value instanceof Date)) return true;
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

async function stageStream(input: AsyncIterable<unknown>, options: StageInputOptions): Promise<StagedInput> {
  const path = join(tmpdir(), `bulk2-${randomUUID()}`);
  const dispose = (): Promise<void> => rm(path, { force: true });
  const seen = { records: false };
  async function* bytes(): AsyncGenerator<string | Uint8Array> {
    for await (const chunk of input) {
      const isBytes = typeof chunk === 'string' || chunk instanceof Uint8Array;
      seen.records = !isBytes;
      yield isBytes ? chunk : `${JSON.stringify(chunk)}\n`;
    }
  }
  try {
    await pipeline(bytes, createWriteStream(path, { mode: 0o600 }), { signal: options.signal });
    if (!seen.records) return { open: () => createReadStream(path), dispose };
    return { ...(await stageRecords(() => readNdjson(createReadStream(path), 'records'), options)), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
