import { TextDecoder } from 'node:util';
import { UsageError } from '../errors.js';
import { decoderName, highHalfOf } from './encoding-names.js';
import { isAscii, isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';

/** Encodings that can be told from a file's first bytes. */
export type DetectedEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

type EncodingGuess = { readonly encoding: DetectedEncoding; readonly bomBytes: number };

const utf8Bom = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Tells the encoding of a text file from its first bytes: by its byte order mark, or for UTF-16 without one by
 * the zero bytes that every ASCII character of the first line then has. Everything else is called UTF-8, which
 * the scan checks byte by byte; a code page such as Windows-1252 leaves no mark to detect it by.
 */
export function detectEncoding(sample: Uint8Array): EncodingGuess {
  const bytes = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength);
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === 0xfeff) return { encoding: 'utf-16be', bomBytes: 2 };
  if (bytes.length >= 2 && bytes.readUInt16LE(0) === 0xfeff) return { encoding: 'utf-16le', bomBytes: 2 };
  const bomBytes = utf8BomBytes(bytes);
  if (bomBytes === 0 && isAsciiInUtf16(bytes, 'le')) return { encoding: 'utf-16le', bomBytes };
  if (bomBytes === 0 && isAsciiInUtf16(bytes, 'be')) return { encoding: 'utf-16be', bomBytes };
  return { encoding: 'utf-8', bomBytes };
}

/** Length of the byte order marks at the start; tools that prepend one blindly leave two. */
function utf8BomBytes(bytes: Buffer): number {
  let length = 0;
  while (bytes.subarray(length, length + utf8Bom.length).equals(utf8Bom)) length += utf8Bom.length;
  return length;
}

/** Whether the first line, or what is there of its first 64 characters, is ASCII written as UTF-16. */
function isAsciiInUtf16(bytes: Buffer, order: 'le' | 'be'): boolean {
  const highByte = order === 'le' ? 1 : 0;
  const pairs = Math.min(bytes.length >> 1, 64);
  for (let pair = 0; pair < pairs; pair++) {
    const high = bytes[2 * pair + highByte] ?? 0;
    const low = bytes[2 * pair + 1 - highByte] ?? 0;
    const isText = low === 0x09 || low === 0x0a || low === 0x0d || (low >= 0x20 && low < 0x7f);
    if (high !== 0 || !isText) return false;
    if (low === 0x0a) return pair > 0;
  }
  return pairs > 0;
}

/** Whether bytes in the encoding of this name are UTF-8 already. @throws UsageError for an unknown name */
export function isUtf8Name(name: string): boolean {
  const decoder = decoderName(name);
  return highHalfOf(decoder) === undefined && textDecoder(name, decoder).encoding === 'utf-8';
}

/**
 * Whether a file tells its encoding: it is UTF-16, or has characters beyond ASCII and is UTF-8 throughout, as a text in another
 * encoding hardly ever is.
 */
export async function tellsEncoding(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let at = 0;
  let hasOthers = false;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      if (at === 0 && detectEncoding(chunk).encoding !== 'utf-8') return true;
      at += chunk.length;
      hasOthers ||= !isAscii(chunk);
      decoder.decode(chunk, { stream: true });
    }
    decoder.decode();
    return hasOthers;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/**
 * Turns text of another encoding into UTF-8, without a byte order mark. What is no text in the encoding becomes a byte that is
 * not UTF-8, so that whoever reads on can say where it is.
 *
 * @param encoding any name the WHATWG Encoding Standard knows (`utf-16le`, `windows-1252`, `shift_jis`), `latin1`, `ansi`, or
 *   a code page (`cp932`, `cp850`)
 * @throws UsageError for an unknown name
 */
export async function* transcodeToUtf8(
  input: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Buffer, void, undefined> {
  let decode: Decode | undefined;
  for await (const chunk of input) {
    decode ??= decoderOf(byteOrderSaid(encoding, chunk));
    yield decode(chunk);
  }
  yield decode?.() ?? Buffer.alloc(0);
}

/** Gives the UTF-8 of the next bytes; without any, that of what is left at the end. */
type Decode = (bytes?: Uint8Array) => Buffer;

function decoderOf(encoding: string): Decode {
  const name = decoderName(encoding);
  const highHalf = highHalfOf(name);
  if (highHalf !== undefined) return (bytes = new Uint8Array()) => oneByteToUtf8(bytes, highHalf);
  const decoder = textDecoder(encoding, name);
  if (decoder.encoding.startsWith('utf-16')) return utf16Decoder(decoder.encoding === 'utf-16be');
  return (bytes) => marked(decoder.decode(bytes, { stream: bytes !== undefined }), '\uFFFD');
}

function textDecoder(encoding: string, name: string): TextDecoder {
  try {
    return new TextDecoder(name);
  } catch (cause) {
    throw new UsageError(`The encoding "${encoding}" is not known.`, {
      actions: ['Use a name such as utf-8, utf-16le, windows-1252, shift_jis (cp932), gb18030 or cp850.'],
      cause,
    });
  }
}

const halfOfPair = /\p{Surrogate}/u;

/** A TextDecoder makes U+FFFD of what is no text, which UTF-16 may have as a character of its own. */
function utf16Decoder(isBigEndian: boolean): Decode {
  let half = Buffer.alloc(0);
  let lead = '';
  let isStart = true;
  return (bytes) => {
    const all = Buffer.concat([half, bytes ?? Buffer.alloc(0)]);
    const end = all.length - (all.length % 2);
    const whole = all.subarray(0, end);
    half = Buffer.from(all.subarray(end));
    let text = lead + (isBigEndian ? whole.swap16() : whole).toString('utf16le');
    if (isStart && text.startsWith('\uFEFF')) text = text.slice(1);
    isStart &&= end === 0;
    const endsInPair = bytes !== undefined && /[\uD800-\uDBFF]$/.test(text);
    lead = endsInPair ? text.slice(-1) : '';
    const utf8 = text.isWellFormed()
      ? Buffer.from(text)
      : marked(endsInPair ? text.slice(0, -1) : text, halfOfPair);
    return bytes === undefined && half.length > 0 ? Buffer.concat([utf8, invalidByte]) : utf8;
  };
}

const invalidByte = Buffer.from([0xff]);

/** The UTF-8 of a text, with a byte that is not UTF-8 for each mark. */
function marked(text: string, mark: string | RegExp): Buffer {
  const [first = '', ...others] = text.split(mark);
  if (others.length === 0) return Buffer.from(text);
  return Buffer.concat([Buffer.from(first), ...others.flatMap((piece) => [invalidByte, Buffer.from(piece)])]);
}

/** `utf-16` alone leaves the order of the bytes to the mark in front of the text. */
function byteOrderSaid(encoding: string, start: Uint8Array): string {
  const isBigEndian = start[0] === 0xfe && start[1] === 0xff;
  return encoding.toLowerCase() === 'utf-16' && isBigEndian ? 'utf-16be' : encoding;
}

function oneByteToUtf8(bytes: Uint8Array, highHalf: string): Buffer {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return Buffer.from(
    latin1.replace(/[\u0080-\u00ff]/g, (char) => highHalf.charAt(char.charCodeAt(0) - 0x80)),
  );
}

/** Offset past the last whole character in a range that may cut a character off at its end. */
export function wholeCharactersEnd(bytes: Buffer, from: number, to: number): number {
  for (let at = to - 1; at >= from && at >= to - 3; at--) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return to;
    if (byte >= 0xc0) return at + characterBytes(byte) > to ? at : to;
  }
  return to;
}

/** Offset of the first byte that is not UTF-8 as Unicode defines it, surrogates and overlong forms included; or -1. */
export function firstInvalidUtf8(bytes: Buffer, from: number, to: number): number {
  // The native check runs at memory speed; only what has an invalid byte is searched byte by byte.
  return isUtf8(bytes.subarray(from, to)) ? -1 : nextInvalidUtf8(bytes, from, to);
}

/** The same, byte by byte. */
export function nextInvalidUtf8(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const length = validCharacterBytes(bytes, at, to);
    if (length === 0) return at;
    at += length;
  }
  return -1;
}

function characterBytes(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** Length of the valid character at `at`, or 0. */
function validCharacterBytes(bytes: Buffer, at: number, to: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = characterBytes(lead);
  if (at + length > to) return 0;
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
