import type { Fingerprint } from './fingerprint.js';

/** Where a row stands in the input. */
export type Place = {
  /** What the user called the file. */
  readonly file: string;
  /** Counts data records from 1; 0 where it is not known. */
  readonly row: number;
  /** Where its line is in what was uploaded, for `SourceLines`. */
  readonly line?: { readonly position: number; readonly bytes: number; readonly row: number };
};

/**
 * Finds the places of rows by a hash that several rows may share. Rows that share one get places only when the
 * source has as many of them, all alike: then each gets one, and otherwise none does, since a wrong place is worse
 * than no place. Where rows that are alike can stand for each other, the source may have more of them.
 *
 * First `add` every row that is looked for, then `note` every row of the source, then ask `placeOf`. Everything is
 * in typed arrays, 63 bytes a row.
 */
export class PlaceIndex {
  /** Open addressing; an entry is a class of rows that share a hash, plus one. */
  readonly #table: Int32Array;
  readonly #classOf: Int32Array;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  readonly #wanted: Uint32Array;
  readonly #seen: Uint32Array;
  /** While places are noted, the first slot of a class; then that of the place it gives next. */
  readonly #nextSlot: Uint32Array;
  readonly #likeness: Uint32Array;
  readonly #mixed: Uint8Array;
  readonly #slotFile: Uint32Array;
  readonly #slotRow: Uint32Array;
  readonly #slotPosition: Float64Array;
  readonly #slotBytes: Uint32Array;
  readonly #slotLineRow: Uint32Array;
  #files = new FileNumbers();
  #classes = 0;
  #sealed = false;

  /** The most rows that can be looked for at once. */
  readonly capacity: number;
  readonly #takesAny: boolean;

  /** @param takesAny of rows that are alike, any may get a place */
  constructor(capacity: number, takesAny = false) {
    this.capacity = capacity;
    this.#takesAny = takesAny;
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2 + 2)));
    this.#classOf = new Int32Array(capacity).fill(-1);
    this.#low = new Uint32Array(capacity);
    this.#high = new Uint32Array(capacity);
    this.#wanted = new Uint32Array(capacity);
    this.#seen = new Uint32Array(capacity);
    this.#nextSlot = new Uint32Array(capacity);
    this.#likeness = new Uint32Array(capacity);
    this.#mixed = new Uint8Array(capacity);
    this.#slotFile = new Uint32Array(capacity);
    this.#slotRow = new Uint32Array(capacity);
    this.#slotPosition = new Float64Array(capacity);
    this.#slotBytes = new Uint32Array(capacity);
    this.#slotLineRow = new Uint32Array(capacity);
  }

  /** Forgets all rows, and keeps the memory. */
  clear(): void {
    this.#table.fill(0);
    this.#classOf.fill(-1);
    this.#wanted.fill(0);
    this.#seen.fill(0);
    this.#mixed.fill(0);
    this.#files = new FileNumbers();
    this.#classes = 0;
    this.#sealed = false;
  }

  /** Looks for the row numbered `index`, below the capacity. */
  add(index: number, hash: Fingerprint): void {
    const { low, high } = hash;
    const at = this.#entry(low, high);
    let found = (this.#table[at] ?? 0) - 1;
    if (found < 0) {
      found = this.#classes++;
      this.#table[at] = found + 1;
      this.#low[found] = low;
      this.#high[found] = high;
    }
    this.#wanted[found] = (this.#wanted[found] ?? 0) + 1;
    this.#classOf[index] = found;
  }

  /** The class of rows with this hash, for `note`; undefined when none of them is looked for. */
  find(hash: Fingerprint): number | undefined {
    const found = (this.#table[this.#entry(hash.low, hash.high)] ?? 0) - 1;
    return found < 0 ? undefined : found;
  }

  /** Whether `note` needs to know which rows of a class are alike. */
  needsLikeness(found: number): boolean {
    return this.#takesAny || (this.#wanted[found] ?? 0) > 1;
  }

  /** Takes note of a row of the source. Rows of one class with the same `likeness` can stand for each other. */
  note(found: number, { file, row, line }: Place, likeness: number): void {
    this.#seal();
    const seen = this.#seen[found] ?? 0;
    this.#seen[found] = seen + 1;
    if (seen === 0) this.#likeness[found] = likeness;
    else if (this.#likeness[found] !== likeness) this.#mixed[found] = 1;
    if (seen >= (this.#wanted[found] ?? 0)) return;
    const slot = (this.#nextSlot[found] ?? 0) + seen;
    this.#slotFile[slot] = this.#files.numberOf(file);
    this.#slotRow[slot] = row;
    this.#slotPosition[slot] = line?.position ?? 0;
    this.#slotBytes[slot] = line?.bytes ?? 0;
    this.#slotLineRow[slot] = line?.row ?? 0;
  }

  /** Whether `placeOf` has a place for the row numbered `index`. */
  isPlaced(index: number): boolean {
    const found = this.#classOf[index] ?? -1;
    if (found < 0 || this.#mixed[found] !== 0) return false;
    const more = (this.#seen[found] ?? 0) - (this.#wanted[found] ?? 0);
    return more === 0 || (this.#takesAny && more > 0);
  }

  /** The place of the row numbered `index`. Rows that are alike get their places in the order they are asked for. */
  placeOf(index: number): Place | undefined {
    if (!this.isPlaced(index)) return undefined;
    const found = this.#classOf[index] ?? 0;
    const slot = this.#nextSlot[found] ?? 0;
    this.#nextSlot[found] = slot + 1;
    const bytes = this.#slotBytes[slot] ?? 0;
    return {
      file: this.#files.names[this.#slotFile[slot] ?? 0] ?? '',
      row: this.#slotRow[slot] ?? 0,
      ...(bytes === 0 ? {} : { line: this.#lineAt(slot, bytes) }),
    };
  }

  #lineAt(slot: number, bytes: number): Place['line'] {
    return { position: this.#slotPosition[slot] ?? 0, bytes, row: this.#slotLineRow[slot] ?? 0 };
  }

  /** Position of a hash in the table, or of the free entry where it belongs. */
  #entry(low: number, high: number): number {
    const mask = this.#table.length - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const found = (this.#table[at] ?? 0) - 1;
      if (found < 0 || (this.#low[found] === low && this.#high[found] === high)) return at;
    }
  }

  /** Gives every class as many slots as it has rows. */
  #seal(): void {
    if (this.#sealed) return;
    this.#sealed = true;
    let slot = 0;
    for (let index = 0; index < this.#classes; index++) {
      this.#nextSlot[index] = slot;
      slot += this.#wanted[index] ?? 0;
    }
  }
}

/** The indexes of a collection, whose groups are matched one after the other: each gets the memory of the one before. */
export class PlaceIndexes {
  #byKey: PlaceIndex | undefined;
  #byContent: PlaceIndex | undefined;
  readonly #takesAny: boolean;

  /** @param takesAny of rows that are alike, any may get a place */
  constructor(takesAny = false) {
    this.#takesAny = takesAny;
  }

  byKey(capacity: number): PlaceIndex {
    return (this.#byKey = this.#emptied(this.#byKey, capacity));
  }

  byContent(capacity: number): PlaceIndex {
    return (this.#byContent = this.#emptied(this.#byContent, capacity));
  }

  #emptied(index: PlaceIndex | undefined, capacity: number): PlaceIndex {
    if (index === undefined || index.capacity < capacity) return new PlaceIndex(capacity, this.#takesAny);
    index.clear();
    return index;
  }
}

/** Numbers names of files in the order in which they first come. */
export class FileNumbers {
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();
  #last = -1;

  numberOf(name: string): number {
    // Rows of one file mostly follow each other.
    if (this.#last < 0 || this.names[this.#last] !== name) this.#last = this.#find(name);
    return this.#last;
  }

  #find(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
