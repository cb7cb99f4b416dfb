import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { writeFully } from '../../files/disk-full.js';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ENTRY_BYTES,
  ENTRY_WORDS,
  PARTS,
  sortByPart,
  visitEntries,
  type EntryVisitor,
} from './hash-table.js';

type Batch = { readonly offset: number; readonly starts: Uint32Array };

/**
 * Entries on disk, in batches that are each sorted by part, so that one part of all of them can be read back
 * without the others. The file holds hashes and row numbers only. It has no name, so that it goes with the process,
 * however that ends.
 */
export class HashSpill {
  readonly #file: number;
  /** Where it was made. */
  readonly #folder: string;
  readonly #batches: Batch[] = [];
  #sorted = new Uint32Array(0);
  #bytes = 0;

  constructor(directory = tmpdir()) {
    this.#folder = directory;
    const folder = mkdtempSync(join(directory, 'bulk2-keys-'));
    this.#file = openSync(join(folder, 'hashes'), 'wx+', 0o600);
    rmSync(folder, { recursive: true, force: true });
  }

  write(entries: Uint32Array): void {
    if (entries.length === 0) return;
    if (this.#sorted.length < entries.length) this.#sorted = new Uint32Array(entries.length);
    const starts = sortByPart(entries, this.#sorted);
    const bytes = new Uint8Array(this.#sorted.buffer, 0, entries.byteLength);
    writeFully({ fd: this.#file, path: this.#folder }, bytes, this.#bytes);
    this.#batches.push({ offset: this.#bytes, starts });
    this.#bytes += entries.byteLength;
  }

  /**
   * Hands the entries back so that equal hashes come together: part by part, and a part of more than `capacity`
   * entries in several goes, by the low halves of its hashes. Rows ascend within each go.
   */
  *goes(capacity: number): Generator<(visit: EntryVisitor) => void> {
    for (let part = 0; part < PARTS; part++) {
      const entries = this.#batches.reduce((sum, { starts }) => sum + sizeOf(starts, part), 0);
      const goes = Math.max(1, Math.ceil(entries / capacity));
      for (let go = 0; go < goes; go++) {
        yield (visit) => {
          this.#read(part, (high, low, row) => {
            if (low % goes === go) visit(high, low, row);
          });
        };
      }
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #read(part: number, visit: EntryVisitor): void {
    for (const { offset, starts } of this.#batches) {
      // The sort buffer is free by now, and no batch's part is larger than it.
      const chunk = this.#sorted.subarray(0, sizeOf(starts, part) * ENTRY_WORDS);
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      readFully(this.#file, bytes, offset + (starts[part] ?? 0) * ENTRY_BYTES);
      visitEntries(chunk, visit);
    }
  }
}

function sizeOf(starts: Uint32Array, part: number): number {
  return (starts[part + 1] ?? 0) - (starts[part] ?? 0);
}

function readFully(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    const read = readSync(file, bytes, done, bytes.length - done, position + done);
    if (read === 0)
      throw new Error('The temporary file of key hashes is shorter than what was written to it.');
    done += read;
  }
}
