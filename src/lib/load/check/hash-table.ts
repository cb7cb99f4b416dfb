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
  #repeats = 0;
  /** Positions in the entries plus one, so that zero is a free slot. */
  #slots = new Int32Array(firstSlots);

  constructor(maxGroups: number) {
    this.#maxGroups = maxGroups;
  }

  /** The groups found since the table was cleared, by their second row. */
  get groups(): HashGroup[] {
    return [...this.#groups.values()];
  }

  /** How many rows have the hash of one before, of those that it was cleared of, too. */
  get repeats(): number {
    return this.#repeats;
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
    this.#repeats++;
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

/** An entry is three 32-bit words: the high half of a hash, the low half, and the row. */
export const ENTRY_WORDS = 3;

export const ENTRY_BYTES = ENTRY_WORDS * Uint32Array.BYTES_PER_ELEMENT;

/** How many parts the entries are sorted into, by the first byte of the hash. */
export const PARTS = 256;

/** The part an entry belongs to, from the high half of its hash. */
function partOf(high: number): number {
  return high >>> 24;
}

/**
 * Copies entries into `target` in the order of their parts, each part in the order it came.
 * @returns where each part starts in `target`, counted in entries; one more for the end of the last
 */
export function sortByPart(entries: Uint32Array, target: Uint32Array): Uint32Array {
  const starts = new Uint32Array(PARTS + 1);
  for (let at = 0; at < entries.length; at += ENTRY_WORDS) {
    const next = partOf(entries[at] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let part = 1; part <= PARTS; part++) starts[part] = (starts[part] ?? 0) + (starts[part - 1] ?? 0);
  const free = starts.slice(0, PARTS);
  for (let at = 0; at < entries.length; at += ENTRY_WORDS) {
    const part = partOf(entries[at] ?? 0);
    const slot = free[part] ?? 0;
    free[part] = slot + 1;
    target[slot * ENTRY_WORDS] = entries[at] ?? 0;
    target[slot * ENTRY_WORDS + 1] = entries[at + 1] ?? 0;
    target[slot * ENTRY_WORDS + 2] = entries[at + 2] ?? 0;
  }
  return starts;
}

export type EntryVisitor = (high: number, low: number, row: number) => void;

export function visitEntries(entries: Uint32Array, visit: EntryVisitor): void {
  for (let at = 0; at < entries.length; at += ENTRY_WORDS) {
    visit(entries[at] ?? 0, entries[at + 1] ?? 0, entries[at + 2] ?? 0);
  }
}
