import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

import { asyncBufferFromFile, parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet';
import type { Compressors, ParquetParsers, ParquetRowRange, ParquetScan } from 'hyparquet';

import { InputError } from '../errors.js';
import type { InputRecord } from './input-record.js';
import { NoValue } from './cell-text.js';
import { parquetColumns, type ReadValue } from './parquet-columns.js';
import { isoTime, type ZoneOptions } from './parquet-numbers.js';

/** How much of a row group becomes records at a time, measured uncompressed. */
const sliceBytes = 8 * 1024 * 1024;

/** Snappy is hyparquet's own. LZ4 and LZO it refuses, by name. */
const decompressors: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
};

/** Gives dates and times as the text that the service takes, and JSON as the text that it is. */
const parsers: Partial<ParquetParsers> = {
  dateFromDays: (days) => {
    const text = isoTime(days * 86_400_000);
    return typeof text === 'string' ? text.slice(0, 10) : text;
  },
  timestampFromMilliseconds: isoTime,
  timestampFromMicroseconds: (micros) => isoTime(micros / 1000n),
  timestampFromNanoseconds: (nanos) => isoTime(nanos / 1_000_000n),
  stringFromBytes: textOf,
  jsonFromBytes: textOf,
};

/**
 * Reads the records of a Parquet file. Memory is bounded by the largest column of a row group as it lies in the
 * file, and 8 MB of rows. Numbers stay exact: 64-bit integers are bigints, decimals are text.
 *
 * @param file what messages call it
 * @param zone of times that have none
 * @throws InputError when the file cannot be read as Parquet.
 */
export async function* readParquet(
  path: string,
  file = path,
  zone: ZoneOptions = {},
): AsyncGenerator<InputRecord, void, undefined> {
  try {
    yield* readRecords(path, zone);
  } catch (error) {
    if (!(error instanceof Error) || 'syscall' in error) throw error;
    throw new InputError(
      [
        {
          /** The file can't be read as Parquet; the message says why. */ code: 'PARQUET',
          file,
          message: error.message,
        },
      ],
      { cause: error },
    );
  }
}

async function* readRecords(path: string, zone: ZoneOptions): AsyncGenerator<InputRecord, void, undefined> {
  const file = await asyncBufferFromFile(path);
  const { metadata, readers } = parquetColumns(await parquetMetadataAsync(file), zone);
  const scan = await parquetScan({ file, metadata, parsers, compressors: decompressors });
  for (const slice of slices(scan)) {
    const columns: Column[] = [];
    // One after another: all at once would hold the compressed bytes of every column.
    for (const { element } of parquetSchema(metadata).children) {
      const values: ArrayLike<unknown> = await scan.readColumn({ column: element.name, ...slice });
      columns.push({ name: element.name, values, read: readers.get(element.name) ?? asItIs });
    }
    for (let row = 0; row < slice.rowEnd - slice.rowStart; row++) yield recordAt(columns, row);
  }
}

type Column = {
  readonly name: string;
  readonly values: ArrayLike<unknown>;
  readonly read: ReadValue;
};

function asItIs(value: unknown): unknown {
  return value;
}

function recordAt(columns: readonly Column[], row: number): InputRecord {
  return Object.fromEntries(columns.map(({ name, values, read }) => [name, read(values[row])]));
}

/** Row groups, cut into pieces of about `sliceBytes`. */
function* slices({ metadata, ranges }: ParquetScan): Generator<ParquetRowRange, void, undefined> {
  const bytes = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
  const bytesPerRow = Math.max(1, bytes / Math.max(1, Number(metadata.num_rows)));
  const step = Math.max(1000, Math.floor(sliceBytes / bytesPerRow));
  for (const range of ranges) {
    for (let rowStart = range.rowStart; rowStart < range.rowEnd; rowStart += step) {
      yield { rowStart, rowEnd: Math.min(rowStart + step, range.rowEnd) };
    }
  }
}

/** Of a text, or of bytes that nobody says are one: both may hold anything. */
function textOf(bytes: Uint8Array | undefined): string | NoValue | undefined {
  if (bytes === undefined) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  return isUtf8(bytes) ? text : new NoValue('is not UTF-8 text', text);
}
