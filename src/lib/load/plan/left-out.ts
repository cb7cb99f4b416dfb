import { readFile, writeFile } from 'node:fs/promises';
import { onDisk } from '../../files/disk-full.js';
import type { SourceFile } from '../../run/record.js';

/** Numbers of rows, ascending and four bytes each. */
export class RowNumbers {
  #numbers = new Uint32Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param row higher than all before */
  add(row: number): void {
    if (this.#count === this.#numbers.length) {
      const larger = new Uint32Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#count] = row;
    this.#count += 1;
  }

  toBytes(): Uint8Array {
    const { buffer, byteOffset } = this.#numbers;
    return new Uint8Array(buffer, byteOffset, this.#count * Uint32Array.BYTES_PER_ELEMENT);
  }
}

/** Keeps beside a spool which rows of the input are not in it, so that the others keep their numbers. */
export async function withLeftOut(spool: SourceFile, rows: RowNumbers): Promise<SourceFile> {
  if (rows.count === 0) return spool;
  const leftOut = `${spool.path}.left-out`;
  await onDisk(leftOut, () => writeFile(leftOut, rows.toBytes(), { mode: 0o600 }));
  return { ...spool, leftOut };
}

/** Reads which rows are left out of a spool. @returns the number in the input of the spool's row; both count from 1 */
export async function readLeftOut(path: string): Promise<(row: number) => number> {
  const bytes = await readFile(path);
  const numbers = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return (row) => row + countBefore(numbers, row);
}

/** How many rows are left out before the spool's row: those with fewer rows of the spool before them. */
function countBefore(numbers: Uint32Array, row: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) - middle <= row) low = middle + 1;
    else high = middle;
  }
  return low;
}
