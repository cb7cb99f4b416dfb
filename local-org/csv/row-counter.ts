import { RecordEnds } from './record-ends.ts';

/** Where a batch of rows begins in a file, and how many it has. */
export type RowBlock = { readonly offset: number; readonly rows: number };

/** What was counted: rows without the header, in blocks. */
export type CountedRows = {
  readonly headerBytes: number;
  readonly bytes: number;
  readonly rows: number;
  readonly blocks: readonly RowBlock[];
};

/** Counts the records of a CSV as its bytes go by, and notes where every block of rows begins. */
export class RowCounter {
  readonly #blockRows: number;
  readonly #blocks: Array<{ offset: number; rows: number }> = [];
  readonly #ends = new RecordEnds();
  #bytes = 0;
  #lines = 0;
  #lineStart = 0;

  constructor(blockRows: number) {
    this.#blockRows = blockRows;
  }

  push(chunk: Buffer): void {
    const ends = this.#ends.scan(chunk);
    let done = 0;
    while (done < ends.length) {
      const lines = Math.min(ends.length - done, this.#linesToBoundary());
      done += lines;
      this.#addLines(lines, this.#bytes + ends[done - 1]!);
    }
    this.#bytes += chunk.length;
  }

  /** To be asked for once, after the last chunk. */
  finish(): CountedRows {
    if (this.#bytes > this.#lineStart) this.#addLines(1, this.#bytes);
    const rows = Math.max(0, this.#lines - 1);
    const headerBytes = this.#blocks[0]?.offset ?? this.#bytes;
    return { headerBytes, bytes: this.#bytes, rows, blocks: this.#blocks };
  }

  /** Lines until the header, or the block at hand, is complete. */
  #linesToBoundary(): number {
    return this.#lines === 0 ? 1 : this.#blockRows - ((this.#blocks.at(-1)?.rows ?? 0) % this.#blockRows);
  }

  /** Takes up lines of one block, of which the last ends at `end`. */
  #addLines(count: number, end: number): void {
    if (this.#lines > 0) {
      let block = this.#blocks.at(-1);
      if (block === undefined || block.rows === this.#blockRows) {
        block = { offset: this.#lineStart, rows: 0 };
        this.#blocks.push(block);
      }
      block.rows += count;
    }
    this.#lines += count;
    this.#lineStart = end;
  }
}
