import { isSalesforceId } from '../api/identifiers.js';

/** A record's id in three numbers below 2^32, each of five characters; they sort as the id does in ASCII. */
export const idWords = 3;

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const groupLength = 5;
/** By the code of a character, plus one; 0 for what is no digit. */
const valueOfCode = new Uint8Array(128);
for (let value = 0; value < digits.length; value++) valueOfCode[digits.charCodeAt(value)] = value + 1;

/**
 * Writes an id of 15 or 18 characters into a buffer. The last three of 18 only repeat the case of the first 15.
 * @returns false when the text is no id, and nothing was written
 */
export function writeId(text: string, words: Uint32Array, at = 0): boolean {
  if (text.length !== 15 && text.length !== 18) return false;
  const written = [0, 0, 0];
  for (let group = 0; group < idWords; group++) {
    let word = 0;
    for (let index = 0; index < groupLength; index++) {
      const value = valueOfCode[text.charCodeAt(group * groupLength + index)] ?? 0;
      if (value === 0) return false;
      word = word * digits.length + value - 1;
    }
    written[group] = word;
  }
  if (text.length === 18 && !isSalesforceId(text)) return false;
  words.set(written, at);
  return true;
}

/** The id of 15 characters that `writeId` has written. */
export function readId(words: Uint32Array, at = 0): string {
  let text = '';
  for (let group = 0; group < idWords; group++) {
    let word = words[at + group] ?? 0;
    let five = '';
    for (let index = 0; index < groupLength; index++) {
      five = (digits[word % digits.length] ?? '') + five;
      word = Math.floor(word / digits.length);
    }
    text += five;
  }
  return text;
}
