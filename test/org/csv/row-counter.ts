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
    this.#ends.scan(chunk, (end) => this.#line(this.#bytes + end));
    this.#bytes += chunk.length;
  }

  /** To be asked for once, after the last chunk. */
  finish(): CountedRows {
    if (this.#bytes > this.#lineStart) this.#line(this.#bytes);
    const rows = Math.max(0, this.#lines - 1);
    const headerBytes = this.#blocks[0]?.offset ?? this.#bytes;
    return { headerBytes, bytes: this.#bytes, rows, blocks: this.#blocks };
  }

  #line(end: number): void {
    if (this.#lines > 0) {
      let block = this.#blocks.at(-1);
      if (block === undefined || block.rows === this.#blockRows) {
        block = { offset: this.#lineStart, rows: 0 };
        this.#blocks.push(block);
      }
      block.rows += 1;
    }
    this.#lines += 1;
    this.#lineStart = end;
  }
}
