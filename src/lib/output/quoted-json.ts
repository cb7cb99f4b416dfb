import { QUOTE } from '../csv/bytes.js';
import {
  escapeLetters,
  isJsonNumber,
  isWord,
  maxJsonBytesPerByte,
  writeHexDigits,
  writeNull,
} from './json-values.js';
import type { ByteSink } from './byte-sink.js';
import type { ColumnKind } from '../describe/column-types.js';
import type { JsonValue } from './json-shape.js';

// Declared here and not shared: V8 loads an imported constant anew for every byte.
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const LF = 0x0a;
const CR = 0x0d;
const CLOSE_BRACE = 0x7d;
// In each byte of a word: what cannot stand in a JSON string as it is, and what tells it apart.
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const SPACES = 0x20202020;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080;

/** Longer records are left to those who measure first: room is made for the longest that may come. */
const maxRecordBytes = 16 * 1024;

/** Not a record of quoted cells, or not all of it. */
const NOT_TAKEN = -1;

const textCode = 0;
const textOrNullCode = 1;
const numberCode = 2;
const booleanCode = 3;

const noBytes: Buffer = Buffer.alloc(0);

/** Where a record begins, where its bytes end at the latest, and whether it is the first one of all. */
type QuotedRecord = { readonly from: number; readonly to: number; readonly isFirst: boolean };

/**
 * Writes a record as JSON in one pass over its bytes, as long as it looks as the service writes records: every cell in
 * quotes. That is three times as fast as finding the cells first, and everything else is left to those who do.
 */
export class QuotedJson {
  readonly #delimiter: number;
  readonly #codes: Uint8Array;
  /** What stands before the value of each cell, and last what stands before that of the first one of all other records. */
  readonly #prefixes: readonly Buffer[];
  /** The prefixes in whole words, the last one filled up with anything. */
  readonly #prefixWords: readonly Int32Array[];
  readonly #keyBytes: number;
  #bytes = noBytes;
  #target = noBytes;
  /** The same in words. */
  #source = viewOf(noBytes);
  #words = viewOf(noBytes);
  #at = 0;
  #out = 0;

  /**
   * @param members of a flat object, in the order of the columns
   * @param between what stands before each record but the first
   */
  constructor(members: readonly JsonValue[], delimiter: string, between: Buffer) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#codes = Uint8Array.from(members, ({ kind }) => codeOf(kind));
    const prefixes = members.map(({ prefix }) => prefix);
    this.#prefixes = [...prefixes, Buffer.concat([between, ...prefixes.slice(0, 1)])];
    this.#keyBytes = members.reduce((sum, { prefix }) => sum + prefix.length + 8, 1 + between.length);
    this.#prefixWords = this.#prefixes.map(wordsOf);
  }

  /** Writes the record at `from` to the sink. @returns the offset of the next one, or -1 when nothing was written */
  take(bytes: Buffer, { from, to, isFirst }: QuotedRecord, sink: ByteSink): number {
    const limit = Math.min(to, from + maxRecordBytes);
    sink.reserve((limit - from) * maxJsonBytesPerByte + this.#keyBytes);
    const target = sink.bytes;
    this.#look(bytes, target);
    const last = this.#codes.length - 1;
    this.#at = from;
    this.#out = sink.length;
    for (let cell = 0; cell <= last; cell++) {
      this.#writePrefix(cell === 0 && !isFirst ? last + 1 : cell);
      if (!this.#writeCell(bytes, limit, target, cell)) return NOT_TAKEN;
      if (cell === last) break;
      if (bytes[this.#at++] !== this.#delimiter) return NOT_TAKEN;
    }
    let at = this.#at;
    if (at < limit && bytes[at] === CR) at++;
    if (at >= limit || bytes[at] !== LF) return NOT_TAKEN;
    target[this.#out] = CLOSE_BRACE;
    sink.length = this.#out + 1;
    return at + 1;
  }

  #look(bytes: Buffer, target: Buffer): void {
    if (this.#bytes !== bytes) this.#source = viewOf(bytes);
    if (this.#target !== target) this.#words = viewOf(target);
    this.#bytes = bytes;
    this.#target = target;
  }

  #writePrefix(index: number): void {
    const words = this.#prefixWords[index] ?? noWords;
    for (let at = 0; at < words.length; at++) this.#words.setInt32(this.#out + 4 * at, words[at] ?? 0, true);
    this.#out += this.#prefixes[index]?.length ?? 0;
  }

  #writeCell(bytes: Buffer, to: number, target: Buffer, cell: number): boolean {
    const at = this.#at;
    // Two quotes and the byte after them: less is not a whole cell.
    if (at + 2 >= to || bytes[at] !== QUOTE) return false;
    this.#at = at + 1;
    const code = this.#codes[cell];
    const isEmpty = bytes[at + 1] === QUOTE && bytes[at + 2] !== QUOTE;
    if (isEmpty && code !== textCode) {
      this.#at = at + 2;
      this.#out = writeNull(target, this.#out);
      return true;
    }
    return code === textCode || code === textOrNullCode
      ? this.#writeText(bytes, to, target)
      : this.#writePlain(bytes, to, target, code === numberCode);
  }

  /** Four bytes at a time: all are written, and those before the first that has to be escaped stay. */
  #writeText(bytes: Buffer, to: number, target: Buffer): boolean {
    const source = this.#source;
    const words = this.#words;
    const lastWord = to - 4;
    let at = this.#at;
    let out = this.#out;
    target[out++] = QUOTE;
    while (at <= lastWord) {
      const word = source.getInt32(at, true);
      words.setInt32(out, word, true);
      const quotes = word ^ QUOTES;
      const backslashes = word ^ BACKSLASHES;
      const special =
        (((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes) | ((word - SPACES) & ~word)) &
        HIGH_BITS;
      if (special === 0) {
        at += 4;
        out += 4;
        continue;
      }
      const before = (31 - Math.clz32(special & -special)) >> 3;
      at += before;
      out += before;
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE && bytes[++at] !== QUOTE) {
        target[out] = QUOTE;
        this.#at = at;
        this.#out = out + 1;
        return true;
      }
      out = writeEscaped(byte, target, out);
      at++;
    }
    this.#at = at;
    this.#out = out;
    return this.#writeRest(bytes, to, target);
  }

  /** The last few bytes, one at a time. */
  #writeRest(bytes: Buffer, to: number, target: Buffer): boolean {
    let at = this.#at;
    let out = this.#out;
    for (; at < to; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE && bytes[++at] !== QUOTE) break;
      if (escapeLetters[byte] === 0) target[out++] = byte;
      else out = writeEscaped(byte, target, out);
    }
    target[out] = QUOTE;
    this.#at = at;
    this.#out = out + 1;
    return at < to;
  }

  #writePlain(bytes: Buffer, to: number, target: Buffer, isNumber: boolean): boolean {
    const start = this.#at;
    let end = start;
    while (end < to && bytes[end] !== QUOTE) end++;
    const isPlain = isNumber
      ? isJsonNumber(bytes, start, end)
      : isWord(bytes, start, end, 'true') || isWord(bytes, start, end, 'false');
    if (!isPlain) return false;
    let out = this.#out;
    for (let at = start; at < end; at++) target[out++] = bytes[at] ?? 0;
    this.#at = end + 1;
    this.#out = out;
    return end + 1 < to;
  }
}

function writeEscaped(byte: number, target: Buffer, at: number): number {
  const letter = escapeLetters[byte] ?? 0;
  target[at] = BACKSLASH;
  target[at + 1] = letter;
  return letter === LETTER_U ? writeHexDigits(byte, target, at + 2) : at + 2;
}

const noWords = new Int32Array(0);

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

function wordsOf(prefix: Buffer): Int32Array {
  const filled = Buffer.alloc(Math.ceil(prefix.length / 4) * 4);
  prefix.copy(filled);
  return Int32Array.from({ length: filled.length / 4 }, (_, index) => filled.readInt32LE(4 * index));
}

function codeOf(kind: ColumnKind | undefined): number {
  switch (kind) {
    case undefined:
      return textCode;
    case 'string':
    case 'date':
    case 'datetime':
      return textOrNullCode;
    case 'int':
    case 'long':
    case 'double':
      return numberCode;
    case 'boolean':
      return booleanCode;
  }
}
