import { checkCharacters } from '../api/identifiers.js';
import { QUOTE } from './bytes.js';
import type { CsvRecord } from './record-tokenizer.js';

/** A record's id in three numbers below 2^32, each of five characters; they sort as the id does in ASCII. */
export const idWords = 3;

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const groupLength = 5;
/** By the code of a character, plus one; 0 for what is no digit. */
const valueOfCode = new Uint8Array(128);
for (let value = 0; value < digits.length; value++) valueOfCode[digits.charCodeAt(value)] = value + 1;

/** The place among the check characters, in either case, plus one; 0 for what is none. */
const checkOfCode = new Uint8Array(128);
for (let value = 0; value < checkCharacters.length; value++) {
  checkOfCode[checkCharacters.charCodeAt(value)] = value + 1;
  checkOfCode[checkCharacters.toLowerCase().charCodeAt(value)] = value + 1;
}

/**
 * Writes an id of 15 or 18 characters into a buffer. The last three of 18 repeat the case of the first 15: where they do
 * not fit, something has changed it, and the service takes the id for no id, too.
 * @returns false when the text is no id
 */
export function writeId(text: string, words: Uint32Array, at = 0): boolean {
  return write(text.length, (index) => text.charCodeAt(index), words, at);
}

/** The same of a cell of a record, without making a text of it. Ids are never in need of quotes, and may have them. */
export function writeIdIn(
  { bytes, starts, ends, count }: CsvRecord,
  cell: number,
  words: Uint32Array,
): boolean {
  if (cell < 0 || cell >= count) return false;
  const start = starts[cell] ?? 0;
  const end = ends[cell] ?? 0;
  const quotes = bytes[start] === QUOTE && end - start > 1 ? 1 : 0;
  return writeIdAt(bytes, start + quotes, end - quotes, words);
}

/** The same of bytes from one offset to another. */
export function writeIdAt(bytes: Uint8Array, start: number, end: number, words: Uint32Array): boolean {
  return write(end - start, (index) => bytes[start + index] ?? 0, words, 0);
}

function write(length: number, codeAt: (index: number) => number, words: Uint32Array, at: number): boolean {
  if (length !== 15 && length !== 18) return false;
  for (let group = 0; group < idWords; group++) {
    let word = 0;
    let capitals = 0;
    for (let index = 0; index < groupLength; index++) {
      const code = codeAt(group * groupLength + index);
      const value = valueOfCode[code] ?? 0;
      if (value === 0) return false;
      if (code >= 0x41 && code <= 0x5a) capitals |= 1 << index;
      word = word * digits.length + value - 1;
    }
    if (length === 18 && checkOfCode[codeAt(15 + group)] !== capitals + 1) return false;
    words[at + group] = word;
  }
  return true;
}

/** Filled anew for each id: texts put together character by character leave as many pieces behind. */
const codes15: number[] = Array.from({ length: 15 }, () => 0);
const codes18: number[] = Array.from({ length: 18 }, () => 0);

/** The id of 15 characters that `writeId` has written. */
export function readId(words: Uint32Array, at = 0): string {
  for (let group = 0; group < idWords; group++) readGroup(words[at + group] ?? 0, codes15, group);
  return String.fromCharCode(...codes15);
}

/** The same id with the three characters that tell the case of the others. */
export function readLongId(words: Uint32Array, at = 0): string {
  for (let group = 0; group < idWords; group++) {
    const capitals = readGroup(words[at + group] ?? 0, codes18, group);
    codes18[3 * groupLength + group] = checkCharacters.charCodeAt(capitals);
  }
  return String.fromCharCode(...codes18);
}

/** Sets the codes of five characters. @returns which of them are capitals, the lowest bit for the first */
function readGroup(word: number, codes: number[], group: number): number {
  let capitals = 0;
  let left = word;
  for (let index = groupLength - 1; index >= 0; index--) {
    const code = digits.charCodeAt(left % digits.length);
    left = Math.floor(left / digits.length);
    if (code >= 0x41 && code <= 0x5a) capitals |= 1 << index;
    codes[group * groupLength + index] = code;
  }
  return capitals;
}
