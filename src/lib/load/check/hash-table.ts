import { ENTRY_WORDS } from './hash-entries.js';

/** Rows with the same hash. */
export type HashGroup = {
  readonly high: number;
  readonly low: number;
  /** The first few of the rows, ascending; at least two. */
  readonly rows: readonly number[];
  /** How many rows there are. */
  readonly count: number;
};

type OpenGroup = { readonly high: number; readonly low: number; readonly rows: number[]; count: number };

/** How many rows of a group are told. */
const mostRows = 10;
const firstSlots = 8192;

/**
 * Finds equal hashes among rows that are added in ascending order. It keeps one entry for each different hash, in
 * an open-addressing table that is at most half full, and the first `maxGroups` groups of equal ones.
 */
export class HashTable {
  readonly #maxGroups: number;
  readonly #groups = new Map<number, OpenGroup>();
  #entries = new Uint32Array((firstSlots / 2) * ENTRY_WORDS);
  #used = 0;
  /** Positions in the entries plus one, so that zero is a free slot. */
  #slots = new Int32Array(firstSlots);

  constructor(maxGroups: number) {
    this.#maxGroups = maxGroups;
  }

  /** The groups found since the table was cleared, by their second row. */
  get groups(): HashGroup[] {
    return [...this.#groups.values()];
  }

  add(high: number, low: number, row: number): void {
    const slot = this.#find(high, low);
    const first = (this.#slots[slot] ?? 0) - 1;
    if (first >= 0) {
      this.#repeat(first, row);
      return;
    }
    this.#entries[this.#used] = high;
    this.#entries[this.#used + 1] = low;
    this.#entries[this.#used + 2] = row;
    this.#slots[slot] = this.#used + 1;
    this.#used += ENTRY_WORDS;
    if (this.#used === this.#entries.length) this.#grow();
  }

  /** Forgets the hashes and the groups. */
  clear(): void {
    this.#slots.fill(0);
    this.#groups.clear();
    this.#used = 0;
  }

  /** The slot that has this hash, or the free one it would go to. */
  #find(high: number, low: number): number {
    const entries = this.#entries;
    const mask = this.#slots.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const at = (this.#slots[slot] ?? 0) - 1;
      if (at < 0 || (entries[at] === high && entries[at + 1] === low)) return slot;
    }
  }

  #repeat(first: number, row: number): void {
    const group = this.#groups.get(first);
    if (group !== undefined) {
      group.count++;
      if (group.rows.length < mostRows) group.rows.push(row);
    } else if (this.#groups.size < this.#maxGroups) {
      const [high = 0, low = 0, firstRow = 0] = this.#entries.subarray(first, first + ENTRY_WORDS);
      this.#groups.set(first, { high, low, rows: [firstRow, row], count: 2 });
    }
  }

  #grow(): void {
    const entries = new Uint32Array(this.#entries.length * 2);
    entries.set(this.#entries);
    this.#entries = entries;
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let at = 0; at < this.#used; at += ENTRY_WORDS) {
      this.#slots[this.#find(entries[at] ?? 0, entries[at + 1] ?? 0)] = at + 1;
    }
  }
}
