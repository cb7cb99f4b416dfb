import type { Value } from '../../contracts.ts';

const chunkBits = 12;
const chunkSize = 2 ** chunkBits;
const chunkMask = chunkSize - 1;

/**
 * One field's values, by row. They are kept in chunks, so that growing copies nothing, and a chunk of equal values
 * (dates of creation, owners, flags) is that one value.
 */
export class Column {
  readonly #chunks: Array<Value[] | Value> = [];

  /** Null for a row that was never set. */
  get(row: number): Value {
    const chunk = this.#chunks[row >>> chunkBits] ?? null;
    return Array.isArray(chunk) ? (chunk[row & chunkMask] ?? null) : chunk;
  }

  /** Adds the value of the row after the last; rows left out must come first in their chunk, and be null. */
  append(row: number, value: Value): void {
    const at = row >>> chunkBits;
    if ((row & chunkMask) === 0) this.#chunks[at] = value;
    else this.set(row, value);
  }

  set(row: number, value: Value): void {
    const at = row >>> chunkBits;
    let chunk = this.#chunks[at] ?? null;
    if (chunk === value) return;
    if (!Array.isArray(chunk)) {
      chunk = new Array<Value>(chunkSize).fill(chunk);
      this.#chunks[at] = chunk;
    }
    chunk[row & chunkMask] = value;
  }
}
