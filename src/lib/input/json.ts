import { InputError } from '../errors.js';
import { requireNoAnswer } from './error-answer.js';
import { openEnvelope, type JsonEnvelope } from './json-envelope.js';
import { maxJsonRecordBytes, parseJsonRecord, recordError, type InputRecord } from './input-record.js';
import {
  QUOTE,
  BACKSLASH,
  COMMA,
  OPEN_BRACE,
  CLOSE_BRACE,
  OPEN_BRACKET,
  CLOSE_BRACKET,
} from './json-bytes.js';

/** Where the reader is, outside of an object. */
type Place = 'start' | 'array-start' | 'after-comma' | 'after-object' | 'between-objects' | 'end';

/**
 * Reads the objects of a JSON array, in an envelope or not, or objects one after another, from UTF-8 bytes. Memory is bounded by the
 * longest object and the chunks' size. Throws InputError with the record's number.
 */
export async function* readJson(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  file: string,
): AsyncGenerator<InputRecord, void, undefined> {
  const { envelope, chunks: bytes } = await openEnvelope(chunks, file);
  const splitter = new JsonSplitter(file, envelope);
  for await (const chunk of bytes) yield* splitter.push(chunk);
  splitter.finish();
}

/** Cuts JSON into its top-level objects by brackets and quotes alone; JSON.parse then judges each. */
class JsonSplitter {
  readonly #file: string;
  readonly #envelope: JsonEnvelope | undefined;
  #place: Place = 'start';
  #row = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** The begun object's bytes from earlier chunks. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #bomBytesLeft = 3;

  constructor(file: string, envelope: JsonEnvelope | undefined) {
    this.#file = file;
    this.#envelope = envelope;
  }

  *push(chunk: Buffer): Generator<InputRecord, void, undefined> {
    let at = 0;
    let objectStart = 0;
    while (at < chunk.length) {
      if (this.#depth === 0) {
        at = this.#findObject(chunk, at);
        objectStart = at;
        if (at < chunk.length) this.#depth = 1;
        at++;
        continue;
      }
      at = this.#findEnd(chunk, at);
      if (this.#depth === 0) yield this.#parse(chunk.subarray(objectStart, at));
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(objectStart));
  }

  finish(): void {
    if (this.#depth > 0)
      throw recordError('JSON', 'is not complete: the input ends inside it.', this.#here());
    if (this.#place === 'end') this.#envelope?.finish();
    if (this.#place === 'end' || this.#place === 'between-objects') return;
    if (this.#place === 'start') throw this.#refuse('There is no JSON in it.');
    throw this.#refuse(`The array is not closed: the input ends after ${this.#row} records.`);
  }

  /** Gives the offset of the next object's opening brace, or the chunk's length. */
  #findObject(chunk: Buffer, from: number): number {
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
      this.#place = this.#afterToken(byte);
    }
    return chunk.length;
  }

  #takesObject(): boolean {
    return this.#place !== 'after-object' && this.#place !== 'end';
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

  /** Gives the offset after the begun object, or the chunk's length; `#depth` tells which. */
  #findEnd(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      if (this.#isInString) {
        at = this.#findStringEnd(chunk, at);
        continue;
      }
      const byte = chunk[at++];
      if (byte === QUOTE) this.#isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --this.#depth === 0) return at;
    }
    return at;
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
    return chunk.length;
  }

  #keep(bytes: Buffer): void {
    this.#pieces.push(Buffer.from(bytes));
    this.#pieceBytes += bytes.length;
    if (this.#pieceBytes > maxJsonRecordBytes) {
      throw recordError('JSON', `is longer than ${maxJsonRecordBytes} bytes.`, this.#here());
    }
  }

  #parse(lastPiece: Buffer): InputRecord {
    const bytes = this.#pieces.length === 0 ? lastPiece : Buffer.concat([...this.#pieces, lastPiece]);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return requireNoAnswer(parseJsonRecord(bytes, this.#here()), this.#here());
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
