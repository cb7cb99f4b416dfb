import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { canonicalValue } from '../keys/canonical.js';
import type { Fingerprint } from './fingerprint.js';

const QUOTE = 0x22;
const HASH_SIGN = 0x23;
const NINE = 0x39;

/** Longest text that can be more than text: a datetime with all its digits and an offset. */
const longestTypedValue = 40;
const idLength = 18;

/** 1 for each byte that numbers and datetimes are made of. */
const inNumberOrTime = new Uint8Array(256);
for (const byte of Buffer.from('0123456789+-.:eETZ')) inNumberOrTime[byte] = 1;

/** Adds a cell to a hash, in the form that it has before and after the service has rewritten it. */
export function addCanonically(hash: Fingerprint, record: CsvRecord, cell: number): void {
  if (cell >= record.count) {
    hash.addText('');
    return;
  }
  const { bytes } = record;
  const start = record.starts[cell] ?? 0;
  const end = record.ends[cell] ?? 0;
  const isQuoted = end - start > 1 && bytes[start] === QUOTE;
  const from = isQuoted ? start + 1 : start;
  const to = isQuoted ? end - 1 : end;
  if (mayBeTyped(bytes, from, to)) hash.addText(canonicalValue(bytes.toString('latin1', from, to)));
  else hash.addCell(bytes, start, end);
}

/** Spares most texts a closer look. What it lets through is ASCII, or too odd to be changed by `canonicalValue`. */
function mayBeTyped(bytes: Buffer, from: number, to: number): boolean {
  const length = to - from;
  if (length === 0 || length > longestTypedValue) return false;
  if (length === idLength) return isAscii(bytes, from, to);
  const first = bytes[from] ?? 0;
  if (first > NINE) return length <= 5 && isAscii(bytes, from, to);
  if (first === HASH_SIGN) return isAscii(bytes, from, to);
  for (let at = from; at < to; at++) if (inNumberOrTime[bytes[at] ?? 0] !== 1) return false;
  return true;
}

/** Also false for what only quotes could hold, so that the text is the value. */
function isAscii(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80 || byte === QUOTE || byte < 0x20) return false;
  }
  return true;
}
