import { TextDecoder } from 'node:util';

import type { LineEnding } from '../api/types.js';
import { guessDelimiter, type GuessOptions } from './delimiter-guess.js';
import { assertDelimiter } from './delimiters.js';
import { detectEncoding, type DetectedEncoding } from './encoding.js';
import { cellOffsets, RecordTokenizer } from './record-tokenizer.js';

/** How a CSV file is written. */
export type Dialect = {
  /** One character; a service name for it comes from `delimiterName`. */
  readonly delimiter: string;
  /** How the header's line ends; LF when the file has no line ending at all. */
  readonly lineEnding: LineEnding;
  readonly encoding: DetectedEncoding;
  /** Length of the byte order mark. */
  readonly bomBytes: number;
  /**
   * Bytes in front of the header: the byte order mark, Excel's `sep=;` line and blank lines. Counted in UTF-8: of a
   * UTF-16 file it holds once the file has been transcoded.
   */
  readonly headerStart: number;
};

export type DialectOptions = GuessOptions & {
  /** Used as given instead of detected; any single ASCII character. */
  readonly delimiter?: string | undefined;
  readonly lineEnding?: LineEnding | undefined;
};

/** Every reading of a first line uses it anew. */
const scratch = cellOffsets();

/** How much of a file is worth reading to detect its dialect: the longest header allowed, and some records. */
export const dialectSampleBytes = 256 * 1024;

/**
 * Finds out how a CSV file is written, from its first bytes ({@link dialectSampleBytes} of them are plenty) and
 * never from the machine it is read on.
 *
 * @throws UsageError when the given delimiter cannot be one
 */
export function detectDialect(sample: Uint8Array, options: DialectOptions): Dialect {
  if (options.delimiter !== undefined) assertDelimiter(options.delimiter);
  const { encoding, bomBytes } = detectEncoding(sample);
  const text = toUtf8(sample.subarray(bomBytes), encoding);
  const { separator, length } = readPreamble(text);
  const body = text.subarray(length);
  const delimiter = options.delimiter ?? separator ?? guessDelimiter(body, options);
  const lineEnding = options.lineEnding ?? firstLineEnding(body, delimiter);
  return {
    delimiter,
    lineEnding,
    encoding,
    bomBytes,
    headerStart: (encoding === 'utf-8' ? bomBytes : 0) + length,
  };
}

function toUtf8(sample: Uint8Array, encoding: DetectedEncoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength);
  return Buffer.from(new TextDecoder(encoding).decode(sample, { stream: true }));
}

/** Excel writes and obeys a first line `sep=;`; blank lines before the header mean nothing either. */
function readPreamble(text: Buffer): { separator: string | undefined; length: number } {
  const start = text.toString('latin1', 0, 4096);
  const match = /^(?:sep=(?<separator>[^\r\n"])\r?\n)?(?:\r?\n)*/i.exec(start);
  return { separator: match?.groups?.separator, length: match?.[0].length ?? 0 };
}

function firstLineEnding(body: Buffer, delimiter: string): LineEnding {
  if (body.length === 0) return 'LF';
  const tokenizer = new RecordTokenizer(delimiter, scratch);
  tokenizer.next(body, 0, { to: body.length, isEnd: true });
  return tokenizer.terminatorBytes === 2 ? 'CRLF' : 'LF';
}
