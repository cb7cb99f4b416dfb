const none: readonly number[] = [];

/** Rows by key. A key with one row, the common case, costs no list. */
export class HashIndex {
  readonly #rows = new Map<string, number | number[]>();

  get(key: string): readonly number[] {
    const found = this.#rows.get(key);
    if (found === undefined) return none;
    return typeof found === 'number' ? [found] : found;
  }

  add(key: string, row: number): void {
    const found = this.#rows.get(key);
    if (found === undefined) this.#rows.set(key, row);
    else if (typeof found === 'number') this.#rows.set(key, [found, row]);
    else found.push(row);
  }

  remove(key: string, row: number): void {
    const left = this.get(key).filter((other) => other !== row);
    if (left.length === 0) this.#rows.delete(key);
    else this.#rows.set(key, left.length === 1 && left[0] !== undefined ? left[0] : left);
  }
}
