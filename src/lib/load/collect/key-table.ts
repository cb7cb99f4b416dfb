/** How often a key was sent and returned. */
export type KeyCount = {
  readonly high: number;
  readonly low: number;
  readonly sent: number;
  readonly returned: number;
};

/** Counts keys by their 64-bit hashes, in typed arrays of a fixed size: 16 bytes a key, and a table of as much again. */
export class KeyTable {
  /** Open addressing; an entry is a key's number plus one. */
  readonly #table: Int32Array;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #sent: Uint32Array;
  readonly #returned: Uint32Array;
  #keys = 0;

  /** @param capacity the most different keys */
  constructor(capacity: number) {
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2 + 2)));
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#sent = new Uint32Array(capacity);
    this.#returned = new Uint32Array(capacity);
  }

  addSent(high: number, low: number): void {
    const key = this.#keyOf(high, low);
    this.#sent[key] = (this.#sent[key] ?? 0) + 1;
  }

  addReturned(high: number, low: number): void {
    const key = this.#keyOf(high, low);
    this.#returned[key] = (this.#returned[key] ?? 0) + 1;
  }

  /** The keys that were not returned as often as they were sent. */
  *differing(): Generator<KeyCount> {
    for (let key = 0; key < this.#keys; key++) {
      const sent = this.#sent[key] ?? 0;
      const returned = this.#returned[key] ?? 0;
      if (sent !== returned) yield { high: this.#high[key] ?? 0, low: this.#low[key] ?? 0, sent, returned };
    }
  }

  #keyOf(high: number, low: number): number {
    const mask = this.#table.length - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const key = (this.#table[at] ?? 0) - 1;
      if (key < 0) return this.#addKey(at, high, low);
      if (this.#low[key] === low && this.#high[key] === high) return key;
    }
  }

  #addKey(at: number, high: number, low: number): number {
    const key = this.#keys++;
    this.#table[at] = key + 1;
    this.#high[key] = high;
    this.#low[key] = low;
    return key;
  }
}
