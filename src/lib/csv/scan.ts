import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { InputError } from '../errors.js';
import { CsvScanner, type ScannedRows, type ScannerOptions } from './csv-scanner.js';
import { dialectSampleBytes } from './dialect.js';
import { fileWindows, type FileWindow } from './windows.js';
import { maxQuotedRecordBytes } from './limits.js';
import { ProblemList } from './problems.js';
import type { CsvHead, HeaderOptions } from './header.js';

export type { VisitRecord } from './csv-scanner.js';
export type { RowSum } from './part-cutter.js';
export type { CsvHead } from './header.js';

export type CsvInput = {
  /** A regular file in UTF-8. */
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
};

type ReadOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Called after about every 16 MiB, and at the end, with the bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
  /** How much to read at a time. Default 512 KiB. */
  readonly chunkBytes?: number;
  /** Awaited after each stretch of the file, for what the visitor has gathered. */
  readonly pause?: (() => Promise<void>) | undefined;
};

const defaultChunkBytes = 512 * 1024;
const progressBytes = 16 * 1024 * 1024;

export type ScanOptions = HeaderOptions &
  ReadOptions & {
    /** The most bytes of rows in a part, header not counted. Default: no limit, one part. */
    readonly maxPartBytes?: number;
    /** Default: no limit. */
    readonly maxPartRows?: number;
    /** Whether parts are cut and hashed. Default true. */
    readonly cutsParts?: boolean;
    /** Asked once, when the header is known, for a visitor that sees each sound record. */
    readonly visit?: ScannerOptions['visit'];
    /** Asked likewise for what sums up the rows of each part. Default: nothing is summed up. */
    readonly sumRows?: ScannerOptions['sumRows'];
    /** Cells beyond the header's that are empty are dropped. Default: a row that has some is refused. */
    readonly dropsExtraCells?: boolean;
    /** Records without a value in any cell have a number, and are no rows. Default: they are rows. */
    readonly skipsEmptyRows?: boolean;
    /** Tells more of the records that are as good as empty. Default: none is. */
    readonly isBlank?: ScannerOptions['isBlank'];
    /** Takes records that are not sound, where it is certain where they end. Default: they are refused. */
    readonly takesUnsound?: ScannerOptions['takesUnsound'];
    /** The encoding, other than UTF-8, that the text was in before; for messages. */
    readonly encoding?: ScannerOptions['encoding'];
    /** Scanning stops when so many problems are found. Default 20. */
    readonly maxProblems?: number;
  };

export type CsvScan = CsvHead &
  ScannedRows & {
    /** Size of the file. */
    readonly bytes: number;
    /** CRC-32 of the whole file. */
    readonly crc32: number;
    /** Whether records end in LF here and CRLF there, header included; see `chooseLineEnding`. */
    readonly mixedLineEndings: boolean;
  };

/**
 * Reads a CSV file once, as a stream, and says everything that has to be known before any of it is sent: how it is
 * written, its columns, how many rows, and where to cut it into parts, each with its hash. Memory use does not depend
 * on the file's size.
 *
 * Lines with nothing on them are no rows. After the last row they are ignored, and are outside every part; between
 * rows they are counted in `blankLines`, and the file has to be rewritten before it is sent. With `skipsEmptyRows` the
 * same goes for records whose cells are all empty, but that they have a number: `emptyRows` and `gaps` count them.
 *
 * @throws InputError with up to `maxProblems` problems, when the file is not sound CSV in UTF-8 within the service's
 * limits
 */
export async function scanCsv(input: CsvInput, options: ScanOptions = {}): Promise<CsvScan> {
  const problems = new ProblemList(input.name, options.maxProblems ?? 20, options.adviser);
  const { maxPartBytes = Infinity, maxPartRows = Infinity } = options;
  const scanner = new CsvScanner({ ...options, maxPartBytes, maxPartRows }, problems);
  let crc = 0;
  const bytes = await eachWindow(input, options, (window) => {
    crc = crc32(window.bytes.subarray(window.newFrom, window.to), crc);
    scanner.push(window);
    return true;
  });
  const { head, ...scanned } = scanner.finish();
  problems.throwIfAny();
  const { lf, crlf } = scanned.lineEndings;
  return { ...head, ...scanned, bytes, crc32: crc, mixedLineEndings: lf > 0 && crlf > 0 };
}

/** Reads no more of a file than it takes to know its dialect and header. @throws InputError as {@link scanCsv} */
export async function readCsvHead(input: CsvInput, options: HeaderOptions = {}): Promise<CsvHead> {
  const problems = new ProblemList(input.name, 20, options.adviser);
  const scanner = new CsvScanner({ ...options, maxPartBytes: Infinity, maxPartRows: Infinity }, problems);
  await eachWindow(input, { chunkBytes: dialectSampleBytes }, (window) => !scanner.pushHeader(window));
  const { head } = scanner.finish();
  problems.throwIfAny();
  return head;
}

/** Returns how many bytes were read. Stops early when `use` returns false. */
async function eachWindow(
  { path, name }: CsvInput,
  { signal, onProgress, pause, chunkBytes = defaultChunkBytes }: ReadOptions,
  use: (window: FileWindow) => boolean,
): Promise<number> {
  const file = await open(path);
  let bytes = 0;
  let toldBytes = 0;
  try {
    for await (const window of fileWindows(file, { chunkBytes, maxLeftoverBytes: maxQuotedRecordBytes })) {
      signal?.throwIfAborted();
      const goesOn = use(window);
      if (pause !== undefined) await pause();
      bytes += window.to - window.newFrom;
      if (!goesOn) break;
      if (bytes - toldBytes >= progressBytes || window.isEnd) onProgress?.((toldBytes = bytes));
      if (window.isEnd) await requireSize(file, bytes, name);
    }
    return bytes;
  } finally {
    await file.close();
  }
}

async function requireSize(file: FileHandle, bytes: number, name: string): Promise<void> {
  const { size } = await file.stat();
  if (size === bytes) return;
  const message = `The file changed while it was read: it has ${size} bytes and had ${bytes}.`;
  throw new InputError([{ code: 'FILE_CHANGED', file: name, message }]);
}
