import { TextDecoder } from 'node:util';
import type { LineEnding } from '../api/types.js';
import { assertDelimiter, serviceDelimiters } from './delimiters.js';
import { detectEncoding, type DetectedEncoding } from './encoding.js';
import { cellOffsets, RecordTokenizer, type CsvRecord } from './record-tokenizer.js';
import { recordTexts } from './cells.js';

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

type GuessOptions = {
  readonly isWholeFile: boolean;
  /** Whether a header name is one the object has; the surest sign there is. */
  readonly isKnownField?: ((name: string) => boolean) | undefined;
};

type Candidate = {
  readonly delimiter: string;
  readonly columns: number;
  readonly hasFault: boolean;
  /** Shares of 1. */
  readonly known: number;
  readonly plausible: number;
  readonly consistent: number;
};

/** Every guess uses it anew: a load may have a hundred thousand files. */
const maxRecordsCompared = 200;

/** What an API name in a header can look like: `Name`, `My_Ext__c`, `Account.Ext__c`, `Lead:Who.Email`. */
const plausibleName = /^[A-Za-z]\w*(?:[.:]\w+)*$/;

/**
 * Decides by the header, read with quotes in mind: the delimiter that splits it into names the object knows, else
 * into names that look like API names. Only then do the records count, by how many of them have as many cells as
 * the header. Characters are never simply counted: `a;b;c` is what a multi-select picklist looks like in any CSV.
 * A header that nothing splits makes a file of one column, which is called comma-separated.
 */
function guessDelimiter(sample: Buffer, options: GuessOptions): string {
  const candidates = serviceDelimiters
    .map((delimiter) => judge(delimiter, sample, options))
    .filter((candidate) => candidate.columns > 1 && isBelievable(candidate));
  const best = candidates.reduce<Candidate | undefined>(
    (leader, candidate) => (leader === undefined || isBetter(candidate, leader) ? candidate : leader),
    undefined,
  );
  return best?.delimiter ?? ',';
}

function judge(delimiter: string, sample: Buffer, { isWholeFile, isKnownField }: GuessOptions): Candidate {
  const tokenizer = new RecordTokenizer(delimiter, scratch);
  const limit = { to: sample.length, isEnd: isWholeFile };
  // A header longer than the sample is judged by the part that is there.
  const headerEnd = tokenizer.next(sample, 0, limit);
  let at = headerEnd === -1 ? tokenizer.next(sample, 0, { to: sample.length, isEnd: true }) : headerEnd;
  const names = recordTexts(tokenizer);
  const hasFault = tokenizer.fault !== undefined;
  let records = 0;
  let consistent = 0;
  while (at < sample.length && records < maxRecordsCompared) {
    at = tokenizer.next(sample, at, limit);
    if (at === -1) break;
    if (tokenizer.isBlankLine) continue;
    records++;
    if (isLikeHeader(tokenizer, names.length)) consistent++;
  }
  return {
    delimiter,
    columns: names.length,
    hasFault,
    known: isKnownField === undefined ? 0 : share(names, isKnownField),
    plausible: share(names, (name) => plausibleName.test(name)),
    consistent: records === 0 ? 1 : consistent / records,
  };
}

function isLikeHeader(record: CsvRecord & { readonly fault: unknown }, columns: number): boolean {
  return record.count === columns && record.fault === undefined;
}

function share(names: readonly string[], test: (name: string) => boolean): number {
  return names.filter((name) => test(name)).length / names.length;
}

/** Labels for a header (`First Name;Last Name`) are believed when most records agree; API names at once. */
function isBelievable({ known, plausible, consistent }: Candidate): boolean {
  return known > 0 || plausible === 1 || consistent >= 0.5;
}

function isBetter(left: Candidate, right: Candidate): boolean {
  if (left.hasFault !== right.hasFault) return right.hasFault;
  if (left.known !== right.known) return left.known > right.known;
  if (left.plausible !== right.plausible) return left.plausible > right.plausible;
  if (left.consistent !== right.consistent) return left.consistent > right.consistent;
  return left.columns > right.columns;
}

const signatures: ReadonlyArray<readonly [string, string]> = [
  ['PK\u0003\u0004', 'a ZIP archive or an Excel workbook'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old Excel workbook'],
  ['%PDF-', 'a PDF document'],
  ['PAR1', 'a Parquet file'],
  ['\u001f\u008b', 'a gzip file'],
  ['{\\rtf', 'an RTF document'],
  ['<!DOCTYPE html', 'an HTML page'],
  ['<html', 'an HTML page'],
  ['<?xml', 'an XML document'],
];

/** What a file is that people take for CSV, told by its first bytes; undefined when it may well be CSV. */
export function recognizeOtherFormat(sample: Buffer): string | undefined {
  const start = sample.toString('latin1', 0, 16).toLowerCase();
  return signatures.find(([signature]) => start.startsWith(signature.toLowerCase()))?.[1];
}
