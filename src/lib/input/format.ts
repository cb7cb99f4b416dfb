import { isJson } from './input-record.js';
import { recordsIn } from './json-envelope.js';

/** The formats that a load takes. */
export type InputFormat = 'csv' | 'json' | 'ndjson' | 'parquet' | 'xlsx';

const formatsByExtension: Readonly<Record<string, InputFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  txt: 'csv',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
  xlsx: 'xlsx',
};

/** Whether an input is compressed: its format is then that of the bytes that come out. */
export function isGzip(firstBytes: Buffer): boolean {
  return firstBytes[0] === 0x1f && firstBytes[1] === 0x8b;
}

/**
 * Tells the format of an input by its content, and by its name where the content may be of several.
 * @param name also of the compressed file; may be `-` or empty
 * @param firstBytes of the uncompressed data, the more the better
 */
export function detectInputFormat(name: string, firstBytes: Buffer): InputFormat {
  if (firstBytes.toString('latin1', 0, 4) === 'PAR1') return 'parquet';
  if (isWorkbook(firstBytes)) return 'xlsx';
  const extension = /\.([^.]+?)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const named = formatsByExtension[extension];
  const start = Buffer.from(firstBytes.subarray(0, jsonSampleBytes).filter(isMeaningful));
  const opening = start.find((byte) => byte > 0x20);
  if (opening === undefined) return named ?? 'csv';
  const text = start.toString('utf8');
  if (opening !== OPEN_BRACE && opening !== OPEN_BRACKET) {
    const isNamed =
      named === 'parquet' || named === 'xlsx' || (named === 'ndjson' && hasRecordLine.test(text));
    return isNamed ? named : 'csv';
  }
  if (opening === OPEN_BRACKET) return startsArray.test(text) ? 'json' : (named ?? 'json');
  if (!startsObject.test(text)) return named ?? 'ndjson';
  if (isInEnvelope(start) || isSpreadOverLines(text)) return 'json';
  return named === 'json' ? 'json' : 'ndjson';
}

/** A ZIP file, or what workbooks with a password and those of old versions of Excel are: neither is text. */
function isWorkbook(firstBytes: Buffer): boolean {
  const start = firstBytes.toString('hex', 0, 4);
  return start === '504b0304' || start === 'd0cf11e0';
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const startsArray = /^\s*\[\s*[{\]]/;
const startsObject = /^\s*\{\s*(?:["}]|$)/;
/** A record behind a line that is none. */
const hasRecordLine = /^\s*\{\s*["}]/m;
const jsonSampleBytes = 64 * 1024;

/** Byte order marks, and the zero bytes of UTF-16, say nothing. */
function isMeaningful(byte: number, index: number): boolean {
  return byte !== 0 && !(index < 3 && [0xef, 0xbb, 0xbf, 0xfe, 0xff].includes(byte));
}

function isInEnvelope(start: Buffer): boolean {
  return typeof recordsIn(start) === 'number';
}

/** Whether no line is a whole object, as most are where there is one a line. */
function isSpreadOverLines(text: string): boolean {
  const lines = text.trimStart().split('\n');
  return lines.length > 1 && !lines.some((line) => line.startsWith('{') && isJson(line));
}
