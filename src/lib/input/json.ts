import { InputError } from '../errors.js';
import { openEnvelope, type JsonEnvelope } from './json-envelope.js';
import { isJson, maxJsonRecordBytes, recordError } from './input-record.js';
import { readJsonRecord, UnreadableRecord, type ReadRecord } from './unreadable-record.js';
import {
  QUOTE,
  BACKSLASH,
  COMMA,
  OPEN_BRACE,
  CLOSE_BRACE,
  OPEN_BRACKET,
  CLOSE_BRACKET,
} from './json-bytes.js';

/** Where the reader is, outside of an element. */
type Place = 'start' | 'array-start' | 'after-comma' | 'after-object' | 'between-objects' | 'end';

/**
 * Reads the objects of a JSON array, in an envelope or not, or objects one after another, from UTF-8 bytes. Memory is bounded by the
 * longest object and the chunks' size. Throws InputError, with the record's number where it is of one, when it is not certain
 * where a record ends.
 */
export async function* readJson(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  file: string,
): AsyncGenerator<ReadRecord, void, undefined> {
  const { envelope, chunks: bytes } = await openEnvelope(chunks, file);
  const splitter = new JsonSplitter(file, envelope);
  for await (const chunk of bytes) yield* splitter.push(chunk);
  splitter.finish();
}

const SPACE = 0x20;

/** What an array, a string, a number or a word begins with. */
const beginsOther = /[["\-\dtfn]/;

/** Cuts JSON into its top-level elements by brackets and quotes alone; JSON.parse then judges each. */
class JsonSplitter {
  readonly #file: string;
  readonly #envelope: JsonEnvelope | undefined;
  #place: Place = 'start';
  #row = 0;
  #isInElement = false;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** The begun element's bytes from earlier chunks. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #bomBytesLeft = 3;

  constructor(file: string, envelope: JsonEnvelope | undefined) {
    this.#file = file;
    this.#envelope = envelope;
  }

  *push(chunk: Buffer): Generator<ReadRecord, void, undefined> {
    let at = 0;
    let start = 0;
    while (at < chunk.length) {
      if (!this.#isInElement) {
        at = this.#findElement(chunk, at);
        start = at;
        if (at < chunk.length) this.#begin(chunk[at] ?? 0);
        at++;
        continue;
      }
      at = this.#findEnd(chunk, at);
      if (at === -1) break;
      this.#isInElement = false;
      yield this.#read(chunk.subarray(start, at));
    }
    if (this.#isInElement) this.#keep(chunk.subarray(start));
  }

  finish(): void {
    if (this.#isInElement)
      throw recordError('JSON', 'is not complete: the input ends inside it.', this.#here());
    if (this.#place === 'end') this.#envelope?.finish();
    if (this.#place === 'end' || this.#place === 'between-objects') return;
    if (this.#place === 'start') throw this.#refuse('There is no JSON in it.');
    throw this.#refuse(`The array is not closed: the input ends after ${this.#row} records.`);
  }

  /** Gives the offset of the next element's first byte, or the chunk's length. */
  #findElement(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#place === 'end' && this.#envelope !== undefined) {
        this.#envelope.add(chunk.subarray(at));
        return chunk.length;
      }
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      if (this.#place === 'start' && this.#isByteOrderMark(byte)) continue;
      if (byte === OPEN_BRACE && this.#takesObject()) {
        this.#place =
          this.#place === 'start' || this.#place === 'between-objects' ? 'between-objects' : 'after-object';
        this.#row++;
        return at;
      }
      if (beginsOther.test(String.fromCharCode(byte)) && this.#takesOther()) {
        this.#place = 'after-object';
        this.#row++;
        return at;
      }
      this.#place = this.#afterToken(byte);
    }
    return chunk.length;
  }

  #begin(byte: number): void {
    this.#isInElement = true;
    this.#isInString = byte === QUOTE;
    this.#depth = byte === OPEN_BRACE || byte === OPEN_BRACKET ? 1 : 0;
  }

  #takesObject(): boolean {
    return this.#place !== 'after-object' && this.#place !== 'end';
  }

  /** Whether there may be an element that is no object, and no record. */
  #takesOther(): boolean {
    return this.#place === 'array-start' || this.#place === 'after-comma';
  }

  #afterToken(byte: number): Place {
    const place = this.#place;
    if (place === 'start' && byte === OPEN_BRACKET) return 'array-start';
    if (place === 'after-object' && byte === COMMA) return 'after-comma';
    if ((place === 'after-object' || place === 'array-start') && byte === CLOSE_BRACKET) return 'end';
    if (place === 'start') throw this.#refuse('It is neither a JSON array nor JSON objects.');
    if (place === 'end') throw this.#refuse('There is text after the end of the array.');
    if (place === 'after-object') throw this.#refuse(`A comma is missing after record ${this.#row}.`);
    this.#row++;
    throw recordError('JSON', 'is not a JSON object.', this.#here());
  }

  /** Gives the offset after the begun element; -1 when it goes on behind the chunk. */
  #findEnd(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      if (this.#isInString) {
        at = this.#findStringEnd(chunk, at);
        if (at === -1 || this.#depth === 0) return at;
        continue;
      }
      const byte = chunk[at] ?? 0;
      if (this.#depth === 0 && (byte <= SPACE || byte === COMMA || byte === CLOSE_BRACKET)) return at;
      at++;
      if (byte === QUOTE) this.#isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --this.#depth === 0) return at;
    }
    return -1;
  }

  #findStringEnd(chunk: Buffer, from: number): number {
    let at = from;
    if (this.#isEscaped) at++;
    this.#isEscaped = false;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        this.#isInString = false;
        return at + 1;
      }
      if (byte === BACKSLASH) at++;
    }
    this.#isEscaped = at > chunk.length;
    return -1;
  }

  #keep(bytes: Buffer): void {
    this.#pieces.push(Buffer.from(bytes));
    this.#pieceBytes += bytes.length;
    if (this.#pieceBytes > maxJsonRecordBytes) {
      throw recordError('JSON', `is longer than ${maxJsonRecordBytes} bytes.`, this.#here());
    }
  }

  /** @throws InputError it can't be read, and may go on */
  #read(lastPiece: Buffer): ReadRecord {
    const bytes = this.#pieces.length === 0 ? lastPiece : Buffer.concat([...this.#pieces, lastPiece]);
    this.#pieces = [];
    this.#pieceBytes = 0;
    const record = readJsonRecord(bytes, this.#here());
    if (!(record instanceof UnreadableRecord) || endsForCertain(record.text)) return record;
    const { problems, cause } = record.error;
    throw new InputError(
      problems.map((problem) => ({ ...problem, code: 'JSON' })),
      { cause },
    );
  }

  #isByteOrderMark(byte: number): boolean {
    return [0xef, 0xbb, 0xbf][3 - this.#bomBytesLeft] === byte && this.#bomBytesLeft-- > 0;
  }

  #here(): { file: string; row: number } {
    return { file: this.#file, row: this.#row };
  }

  #refuse(message: string): InputError {
    return new InputError([{ code: 'JSON', file: this.#file, message }]);
  }
}

const string = /"[^"\\]*(?:\\[^][^"\\]*)*"/g;

/**
 * Whether text that seems to be an element of an array, and is not valid, ends where it seems to: its strings stand where JSON
 * has strings, else a quote may be missing, and its brackets where JSON has brackets, else there may be another element in it.
 */
function endsForCertain(text: string): boolean {
  const outline = text.replaceAll(string, '"').replaceAll(/\s+/g, '');
  if (/[^[{,:]"|"[^,:}\]]/.test(outline)) return false;
  const open: string[] = [];
  let before = '[';
  for (const character of outline) {
    if (character === '{' || character === '[') {
      if (before !== ':' && before !== '[' && !(before === ',' && open.at(-1) === '[')) return false;
      open.push(character);
    }
    if ((character === '}' && open.pop() !== '{') || (character === ']' && open.pop() !== '[')) return false;
    before = character;
  }
  // Words and numbers have no end of their own.
  return /^[[{"]/.test(outline) || isJson(text);
}
