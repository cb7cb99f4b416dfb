/** An entry is three 32-bit words: the high half of a hash, the low half, and the row. */
export const ENTRY_WORDS = 3;

export const ENTRY_BYTES = ENTRY_WORDS * Uint32Array.BYTES_PER_ELEMENT;

/** How many parts the entries are sorted into, by the first byte of the hash. */
export const PARTS = 256;

/** The part an entry belongs to, from the high half of its hash. */
export function partOf(high: number): number {
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
