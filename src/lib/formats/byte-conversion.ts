import { isDigit } from '../csv/bytes.js';

/** Where bytes are written to; its owner has made room. */
export type ByteTarget = { bytes: Uint8Array; length: number };

/**
 * Converts the most usual forms of a value without making text of it.
 * @returns false where only the conversion of text can tell; then nothing was written
 */
export type ByteConversion = (from: Uint8Array, start: number, end: number, to: ByteTarget) => boolean;

// Declared here and not shared: V8 loads an imported constant anew for every byte.
const SPACE = 0x20;
const APOSTROPHE = 0x27;
const PLUS = 0x2b;
const DASH = 0x2d;
const COMMA = 0x2c;
const DOT = 0x2e;
const ZERO = 0x30;

/** Offset of the first byte that is no blank. */
export function afterBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === SPACE) at++;
  return at;
}

/** Offset behind the last byte that is no blank. */
export function beforeBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && bytes[at - 1] === SPACE) at--;
  return at;
}

/** As `decimalReader`: signs in front of a minus, groups apart by long characters, and exponents are left to it. */
export function numberBytes(decimalSeparator: ',' | '.' | undefined, hasSigns: boolean): ByteConversion {
  const separator = (decimalSeparator ?? '.').charCodeAt(0);
  const groups = new Uint8Array(256);
  for (const byte of [SPACE, APOSTROPHE]) groups[byte] = 1;
  if (decimalSeparator !== undefined) groups[decimalSeparator === ',' ? DOT : COMMA] = 1;
  return (from, start, end, to) => {
    let at = afterBlanks(from, start, end);
    let last = beforeBlanks(from, at, end);
    if (hasSigns) {
      at = afterSign(from, at, last);
      last = beforeSign(from, at, last);
    }
    const { bytes } = to;
    let out = to.length;
    if (at < last && (from[at] === DASH || from[at] === PLUS)) {
      if (from[at] === DASH) bytes[out++] = DASH;
      at++;
    }
    const first = at;
    while (at < last && isDigit(from[at])) bytes[out++] = from[at++] ?? 0;
    const count = at - first;
    if (count === 0) bytes[out++] = ZERO;
    else if (count <= 3 && at < last && groups[from[at] ?? 0] === 1) {
      if (from[first] === ZERO) return false;
      const apart = from[at];
      while (at < last && from[at] === apart) {
        if (at + 3 >= last) return false;
        for (let next = at + 1; next <= at + 3; next++) {
          if (!isDigit(from[next])) return false;
          bytes[out++] = from[next] ?? 0;
        }
        at += 4;
      }
    }
    const wholeEnd = out;
    if (at < last) {
      if (from[at++] !== separator) return false;
      bytes[out++] = DOT;
      while (at < last && isDigit(from[at])) bytes[out++] = from[at++] ?? 0;
      if (at < last) return false;
    }
    // A point without digits behind it is none.
    if (out === wholeEnd + 1) out = wholeEnd;
    if (count === 0 && out === wholeEnd) return false;
    to.length = out;
    return true;
  };
}

/** Behind a sign of currency that a digit follows; `start` where there is none. */
function afterSign(bytes: Uint8Array, start: number, end: number): number {
  if (start < end && isDigit(bytes[start])) return start;
  for (let length = 1; length <= 3; length++) {
    if (start + length >= end || signBefore(bytes, start + length, start) !== length) continue;
    const at = afterBlanks(bytes, start + length, end);
    return at < end && isDigit(bytes[at]) ? at : start;
  }
  return start;
}

/** Before the sign of currency or percent, or the code of a currency, at the end; `end` where there is none. */
function beforeSign(bytes: Uint8Array, start: number, end: number): number {
  const last = end > start ? (bytes[end - 1] ?? 0) : ZERO;
  if (last >= 0x30 && last <= 0x39) return end;
  const length =
    last === 0x25 ? 1 : isCapital(last) ? codeBefore(bytes, end, start) : signBefore(bytes, end, start);
  return length === 0 || start + length >= end ? end : beforeBlanks(bytes, start, end - length);
}

/** How many bytes the sign of a currency takes that ends here: `$`, `£`, `¥` or `€`; 0 for anything else. */
function signBefore(bytes: Uint8Array, end: number, start: number): number {
  const last = bytes[end - 1];
  if (last === 0x24) return 1;
  if (last === 0xac) return end - start >= 3 && bytes[end - 2] === 0x82 && bytes[end - 3] === 0xe2 ? 3 : 0;
  return (last === 0xa3 || last === 0xa5) && end - start >= 2 && bytes[end - 2] === 0xc2 ? 2 : 0;
}

function codeBefore(bytes: Uint8Array, end: number, start: number): number {
  return end - start >= 3 && isCapital(bytes[end - 2] ?? 0) && isCapital(bytes[end - 3] ?? 0) ? 3 : 0;
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

const CASE = 0x20;
const longestWord = 5;

/** Of a table of words in small letters, and what each becomes. */
export function wordBytes(words: Readonly<Record<string, string>>): ByteConversion {
  const byKey = new Map(
    Object.entries(words).map(([word, meant]) => {
      const bytes = Buffer.from(word);
      return [keyOf(bytes, 0, bytes.length), Buffer.from(meant)];
    }),
  );
  return (from, start, end, to) => {
    const at = afterBlanks(from, start, end);
    const last = beforeBlanks(from, at, end);
    const meant = last - at > longestWord ? undefined : byKey.get(keyOf(from, at, last));
    if (meant === undefined) return false;
    to.bytes.set(meant, to.length);
    to.length += meant.length;
    return true;
  };
}

/** One number for a word of letters and digits, the same in any case; -1 for what has other characters. */
function keyOf(bytes: Uint8Array, start: number, end: number): number {
  let key = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO) return -1;
    key = key * 256 + (byte | CASE);
  }
  return key;
}
