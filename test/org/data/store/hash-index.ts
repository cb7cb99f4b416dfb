const none: readonly number[] = [];

/** Rows by key. A key with one row, the common case, costs no set. */
export class HashIndex {
  readonly #rows = new Map<string, number | Set<number>>();

  get(key: string): readonly number[] {
    const found = this.#rows.get(key);
    if (found === undefined) return none;
    return typeof found === 'number' ? [found] : [...found];
  }

  add(key: string, row: number): void {
    const found = this.#rows.get(key);
    if (found === undefined) this.#rows.set(key, row);
    else if (typeof found === 'number') this.#rows.set(key, new Set([found, row]));
    else found.add(row);
  }

  remove(key: string, row: number): void {
    const found = this.#rows.get(key);
    if (found === row) this.#rows.delete(key);
    else if (found instanceof Set && found.delete(row) && found.size === 0) this.#rows.delete(key);
  }
}
