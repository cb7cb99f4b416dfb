import { createCipheriv, hash } from 'node:crypto';
import type { MaskKind } from '../plan/plan-file.js';

/** Makes another value of one that is not empty. Equal values become equal ones as long as the key is the same. */
export type Mask = (value: string) => string;

/**
 * How values of a field are masked. All of it is made of an HMAC of the value, so that nobody finds a value again without
 * the key, not even by trying all that there are.
 * @param length most characters of the result
 */
export function maskOf(kind: MaskKind, key: Buffer, length: number): Mask {
  const digest = valueDigest(key);
  const digestOf = (what: string): Buffer => digest(`${kind}\0${what}`);
  const masks: Readonly<Record<MaskKind, Mask>> = {
    clear: () => '',
    hash: (value) => digestOf(value).toString('hex').slice(0, hashLength),
    email: (value) => emailFrom(digestOf(value.trim().toLowerCase()), length),
    phone: (value) => phoneFrom(digestOf(value), value),
    name: (value) =>
      value.replace(word, (each) =>
        number.test(each) ? phoneFrom(digestOf(each), each) : nameFrom(digestOf(each.toLowerCase()), each),
      ),
    text: (value) => textFrom(digestOf(value), value),
  };
  const mask = masks[kind];
  return (value) =>
    mask(value)
      .slice(0, length)
      .replace(/[\uD800-\uDBFF]$/, '')
      .trim();
}

const hashLength = 32;
/** Nobody can own it, and mail to it goes nowhere (RFC 2606). */
const mailDomain = '@example.invalid';
const word = /[\p{L}\p{M}]+|\p{N}+/gu;
const number = /^\p{N}/u;
const consonants = 'bdfghjklmnprstvz';
const vowels = 'aeiou';
const letters = 'abcdefghijklmnopqrstuvwxyz';

function emailFrom(digest: Buffer, length: number): string {
  const name = digest.toString('hex').slice(0, Math.max(1, Math.min(16, length - mailDomain.length)));
  return `${name}${mailDomain}`;
}

/** Other digits in the same places; a number that people might dial all the same. */
function phoneFrom(digest: Buffer, value: string): string {
  let at = 0;
  return value.replace(/[\p{L}\p{N}]/gu, () => String((digest[at++ % digest.length] ?? 0) % 10));
}

/** A name that can be spoken, of three or four syllables; it begins with a capital letter where the word does. */
function nameFrom(digest: Buffer, value: string): string {
  const syllables = 3 + ((digest[0] ?? 0) % 2);
  let name = '';
  for (let at = 1; at <= syllables; at++) {
    name += pick(consonants, digest[2 * at]) + pick(vowels, digest[2 * at + 1]);
  }
  const [first = ''] = value;
  return first === first.toUpperCase() ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

/** Other letters and digits in the same places, so that it keeps its form and length. */
function textFrom(digest: Buffer, value: string): string {
  const bytes = streamOf(digest, value.length);
  let at = 0;
  return value.replace(/[\p{L}\p{N}]/gu, (character) => {
    const byte = bytes[at++] ?? 0;
    if (/\p{N}/u.test(character)) return String(byte % 10);
    const letter = pick(letters, byte);
    return character === character.toLowerCase() ? letter : letter.toUpperCase();
  });
}

function streamOf(digest: Buffer, length: number): Buffer {
  return createCipheriv('aes-256-ctr', digest, Buffer.alloc(16)).update(Buffer.alloc(length));
}

function pick(characters: string, byte = 0): string {
  return characters.charAt(byte % characters.length);
}

const blockBytes = 64;
const digestBytes = 32;

/**
 * Makes HMACs with SHA-256 (RFC 2104) of one text after the other. `createHmac` sets itself up anew for each of them,
 * which takes six times as long as the work.
 */
export function valueDigest(key: Buffer): (text: string) => Buffer {
  const block = Buffer.alloc(blockBytes);
  (key.length > blockBytes ? hash('sha256', key, 'buffer') : key).copy(block);
  const inner = block.map((byte) => byte ^ 0x36);
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(digestBytes)]);
  return (text) => {
    hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer').copy(outer, blockBytes);
    return hash('sha256', outer, 'buffer');
  };
}
