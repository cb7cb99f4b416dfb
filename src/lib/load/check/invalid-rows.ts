import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { writeFully } from '../../files/disk-full.js';
import type { InputProblem } from '../../errors.js';

const chunkBytes = 64 * 1024;

/** Why a row is not sent. */
export type RowFault = {
  /** Its `sf__Error`. */
  readonly error: string;
  /** What the row looks like, a sentence; only where its cells can't be told. */
  readonly line?: string | undefined;
};

/**
 * The rows of one input that the org would not take, and why, in a file of its own: however many they are, they take no
 * memory. Told in the order of the rows, they are asked for in that order.
 */
export class InvalidRows {
  readonly #path: string;
  #file: number | undefined;
  #text = '';
  #row = 0;
  #reasons: string[] = [];
  #code: string | undefined;
  #line: string | undefined;
  #count = 0;
  #unmatched = 0;

  /** @param path of a file of the run's own */
  constructor(path: string) {
    this.#path = path;
  }

  /** How many rows there are. */
  get count(): number {
    return this.#count;
  }

  /** How many of them are valid, and not sent because no single record has their key. */
  get unmatched(): number {
    return this.#unmatched;
  }

  /** @param line what the row looks like, a sentence, where its cells can't be told */
  add({ row = 0, column, message }: InputProblem, line?: string): void {
    this.#begin(row);
    this.#line ??= line;
    this.#reasons.push(column === undefined ? message : `${column}: ${message}`);
  }

  /** Takes a row whose key no single record has, after what else is wrong with it. */
  addUnmatched(row: number, { code, message }: Pick<InputProblem, 'code' | 'message'>): void {
    this.#begin(row);
    if (this.#reasons.length === 0) this.#unmatched += 1;
    this.#code = code;
    this.#reasons.push(message);
  }

  /** Ends the telling. @returns the fault of a row, by its number; undefined for a valid one. Ask for ascending rows */
  reader(): (row: number) => RowFault | undefined {
    this.#endRow();
    this.#write();
    const entries = this.#file === undefined ? [][Symbol.iterator]() : entriesIn(this.#file);
    let next = entries.next();
    return (row) => {
      while (next.done !== true && next.value.row < row) next = entries.next();
      return next.done !== true && next.value.row === row ? next.value : undefined;
    };
  }

  /** Removes the file. */
  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
    this.#file = undefined;
  }

  #begin(row: number): void {
    if (row !== this.#row) this.#endRow();
    if (this.#reasons.length === 0) this.#count += 1;
    this.#row = row;
  }

  #endRow(): void {
    if (this.#reasons.length === 0) return;
    const error = `${this.#code ?? 'NOT_SENT'}: ${this.#reasons.join(' ')}`;
    this.#text += `${JSON.stringify({ row: this.#row, error, line: this.#line } satisfies Entry)}\n`;
    this.#reasons = [];
    this.#code = undefined;
    this.#line = undefined;
    if (this.#text.length > chunkBytes) this.#write();
  }

  #write(): void {
    if (this.#text === '') return;
    this.#file ??= openSync(this.#path, 'wx+', 0o600);
    writeFully({ fd: this.#file, path: this.#path }, Buffer.from(this.#text));
    this.#text = '';
  }
}

type Entry = RowFault & { readonly row: number };

function* entriesIn(file: number): Generator<Entry, undefined> {
  const chunk = Buffer.alloc(chunkBytes);
  let left = Buffer.alloc(0);
  for (let at = 0; ;) {
    const length = readSync(file, chunk, 0, chunkBytes, at);
    if (length === 0) return undefined;
    at += length;
    left = Buffer.concat([left, chunk.subarray(0, length)]);
    for (let end = left.indexOf('\n'); end >= 0; end = left.indexOf('\n')) {
      yield JSON.parse(left.toString('utf8', 0, end)) as Entry;
      left = left.subarray(end + 1);
    }
  }
}
