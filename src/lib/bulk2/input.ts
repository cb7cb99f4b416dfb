import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { OpenBody } from '../api/ingest-jobs.js';
import { delimiterCharacters } from '../api/types.js';
import { InputError } from '../errors.js';
import type { InputRecord } from '../input/input-record.js';
import { countRows } from './count-rows.js';
import { recordsBody, type RecordsBodyOptions } from './records-body.js';
import { readStoredRecords, storedRecord } from './stored-record.js';

/**
 * What one job can be loaded with, up to 100 MB of CSV: CSV in the job's delimiter and line ending, as text or as a
 * stream of bytes or text; or records, as an array or as a stream of objects.
 */
export type BulkInput =
  | string
  | readonly InputRecord[]
  | Readable
  | AsyncIterable<Uint8Array | string>
  | AsyncIterable<InputRecord>;

/** An input that can be read as often as it takes to get it across. */
export type StagedInput = {
  readonly open: OpenBody;
  /** Rows that the job should account for; undefined where the CSV leaves that to the service. */
  readonly countRows: () => Promise<number | undefined>;
  readonly dispose: () => Promise<void>;
};

export type StageInputOptions = RecordsBodyOptions & { readonly signal: AbortSignal };

const chunkBytes = 1024 * 1024;
const byteOrderMark = Buffer.from('\uFEFF');
const nothingToDispose = (): Promise<void> => Promise.resolve();

/**
 * Makes an input readable again: streams are kept in a temporary file, so that an expired session or a broken
 * connection does not end the load. An error of the input is thrown before anything has been sent.
 */
export async function stageBulkInput(input: BulkInput, options: StageInputOptions): Promise<StagedInput> {
  if (typeof input === 'string') {
    const bytes = Buffer.from(input.replace(/^\uFEFF/, ''));
    return stagedCsv(() => Readable.from(slicesOf(bytes), { objectMode: false }), bytes.length, options);
  }
  if (Array.isArray(input)) {
    const open = await recordsBody(() => input as readonly InputRecord[], options);
    return { open, countRows: () => Promise.resolve(input.length), dispose: nothingToDispose };
  }
  return stageStream(input as AsyncIterable<unknown>, options);
}

/** In pieces: whoever reads it copies a piece at a time. */
function* slicesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

function stagedCsv(open: OpenBody, bytes: number, { job }: StageInputOptions): StagedInput {
  if (bytes === 0) {
    const message = 'The input is empty: it has no header line.';
    throw new InputError([{ code: 'EMPTY_FILE', message }]);
  }
  const delimiter = delimiterCharacters[job.columnDelimiter ?? 'COMMA'];
  return { open, countRows: () => countRows(open(), delimiter), dispose: nothingToDispose };
}

/** What has gone through a stream. */
type Seen = { bytes: number; records: number };

async function stageStream(input: AsyncIterable<unknown>, options: StageInputOptions): Promise<StagedInput> {
  const path = join(tmpdir(), `bulk2-${randomUUID()}`);
  const dispose = (): Promise<void> => rm(path, { force: true });
  const seen: Seen = { bytes: 0, records: 0 };
  try {
    await pipeline(storable(input, seen), createWriteStream(path, { mode: 0o600 }), {
      signal: options.signal,
    });
    if (seen.records === 0 && !(seen.bytes === 0 && givesObjects(input))) {
      const start = await markBytes(path);
      return { ...stagedCsv(() => createReadStream(path, { start }), seen.bytes - start, options), dispose };
    }
    const records = () => readStoredRecords(createReadStream(path));
    const countRows = (): Promise<number> => Promise.resolve(seen.records);
    return { open: await recordsBody(records, options), countRows, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function* storable(input: AsyncIterable<unknown>, seen: Seen): AsyncGenerator<string | Uint8Array> {
  for await (const chunk of input) {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) {
      seen.bytes += chunk.length;
      yield chunk;
    } else {
      seen.records += 1;
      yield storedRecord(chunk as InputRecord, seen.records);
    }
  }
}

/** The service takes a byte order mark for a part of the first column's name. */
async function markBytes(path: string): Promise<number> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(byteOrderMark.length));
  return buffer.subarray(0, bytesRead).equals(byteOrderMark) ? byteOrderMark.length : 0;
}

function givesObjects(input: AsyncIterable<unknown>): boolean {
  return !(input instanceof Readable) || input.readableObjectMode;
}
