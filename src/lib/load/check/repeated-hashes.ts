import { HashSpill } from './hash-spill.js';
import { HashTable, type HashGroup, ENTRY_WORDS, visitEntries } from './hash-table.js';

export type RepeatedHashesOptions = {
  /** How many hashes to hold in memory, at 12 bytes each; the rest waits on disk. Default: 524,288. */
  readonly maxEntries?: number;
  /** Where the temporary file goes. Default: the system's folder for temporary files. */
  readonly directory?: string;
  /** How many groups of equal hashes to tell. Default: 50. */
  readonly maxGroups?: number;
};

/**
 * Finds rows with equal 64-bit hashes among any number of rows, in bounded memory: about 30 MB however many there
 * are. Up to `maxEntries` nothing touches the disk; beyond, hashes are kept in a temporary file of 12 bytes a row,
 * sorted into 256 parts by their first byte, and each part is looked through on its own.
 */
export class RepeatedHashes {
  readonly #maxEntries: number;
  readonly #maxGroups: number;
  readonly #directory: string | undefined;
  #entries = new Uint32Array(ENTRY_WORDS * 4096);
  #count = 0;
  #repeats = 0;
  #spill: HashSpill | undefined;

  constructor({ maxEntries = 524_288, maxGroups = 50, directory }: RepeatedHashesOptions = {}) {
    this.#maxEntries = maxEntries;
    this.#maxGroups = maxGroups;
    this.#directory = directory;
  }

  /** Both halves of the hash as unsigned 32-bit integers; `row` likewise, ascending from call to call. */
  add(high: number, low: number, row: number): void {
    if (this.#count === this.#maxEntries) this.#moveToDisk();
    const at = this.#count * ENTRY_WORDS;
    if (at === this.#entries.length) this.#grow();
    this.#entries[at] = high;
    this.#entries[at + 1] = low;
    this.#entries[at + 2] = row;
    this.#count++;
  }

  /** How many rows have the hash of one before, in all groups; known once `finish` has been called. */
  get repeats(): number {
    return this.#repeats;
  }

  /** The groups of equal hashes whose second row comes first, in that order. Call it once, when all rows have been added. */
  finish(): readonly HashGroup[] {
    const table = new HashTable(this.#maxGroups);
    const visit = table.add.bind(table);
    if (this.#spill === undefined) {
      visitEntries(this.#entries.subarray(0, this.#count * ENTRY_WORDS), visit);
      this.#repeats = table.repeats;
      return table.groups;
    }
    this.#moveToDisk();
    this.#entries = new Uint32Array(0);
    let groups: HashGroup[] = [];
    for (const read of this.#spill.goes(this.#maxEntries)) {
      read(visit);
      groups = [...groups, ...table.groups].sort(bySecondRow).slice(0, this.#maxGroups);
      table.clear();
    }
    this.#repeats = table.repeats;
    return groups;
  }

  /** Removes the temporary file, if there is one. */
  close(): void {
    this.#spill?.close();
    this.#spill = undefined;
  }

  #grow(): void {
    const words = Math.min(this.#entries.length * 2, this.#maxEntries * ENTRY_WORDS);
    const larger = new Uint32Array(words);
    larger.set(this.#entries);
    this.#entries = larger;
  }

  #moveToDisk(): void {
    this.#spill ??= new HashSpill(this.#directory);
    this.#spill.write(this.#entries.subarray(0, this.#count * ENTRY_WORDS));
    this.#count = 0;
  }
}

function bySecondRow(a: HashGroup, b: HashGroup): number {
  return (a.rows[1] ?? 0) - (b.rows[1] ?? 0);
}
