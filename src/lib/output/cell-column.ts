import type { CsvRecord } from '../csv/record-tokenizer.js';
import { ByteSink } from './byte-sink.js';

/**
 * The cells of one column, as they stand in CSV. They are kept as bytes, outside the heap of JavaScript: a value for each
 * would stay long enough to be taken for old, and old ones pile up.
 */
export class CellColumn {
  readonly #cells = new ByteSink();
  /** Where each cell ends. */
  #ends = new Uint32Array(1024);
  #count = 0;

  add({ bytes, starts, ends }: CsvRecord, field: number): void {
    const cells = this.#cells;
    const start = starts[field] ?? 0;
    const end = ends[field] ?? 0;
    cells.reserve(end - start);
    cells.length += bytes.copy(cells.bytes, cells.length, start, end);
    if (this.#count === this.#ends.length) this.#ends = grown(this.#ends);
    this.#ends[this.#count++] = cells.length;
  }

  /** Calls back for each cell, the only one of its record. The record is the same for all. */
  forEach(visit: (record: CsvRecord, index: number) => void): void {
    const starts = new Int32Array(1);
    const ends = new Int32Array(1);
    const record = { bytes: this.#cells.bytes, starts, ends, count: 1, start: 0, end: 0 };
    let start = 0;
    for (let index = 0; index < this.#count; index++) {
      const end = this.#ends[index] ?? 0;
      starts[0] = record.start = start;
      ends[0] = record.end = end;
      visit(record, index);
      start = end;
    }
  }

  /** Forgets the cells, and keeps the room. */
  clear(): void {
    this.#cells.length = 0;
    this.#count = 0;
  }
}

function grown(ends: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * ends.length);
  larger.set(ends);
  return larger;
}
