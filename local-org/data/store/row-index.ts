const nowhere = -1;
const none: readonly number[] = [];
const fnvOffset = 0x811c9dc5 | 0;
const fnvPrime = 0x01000193;

type Rows = Int32Array<ArrayBuffer>;

function hashOf(key: string): number {
  let hash = fnvOffset;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), fnvPrime);
  return hash;
}

function grow(array: Rows): Rows {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}

/**
 * Rows by key: a hash table of row numbers, chained in both directions, that reads the keys from the table it indexes.
 * A `Map` of a million keys takes several times the memory, and most of the time of an insert.
 */
export class RowIndex {
  readonly #keyOf: (row: number) => string;
  #heads = new Int32Array(1024).fill(nowhere);
  #next = new Int32Array(1024);
  #previous = new Int32Array(1024);
  #hashes = new Int32Array(1024);
  #size = 0;

  /** @param keyOf the key of a row that has been added */
  constructor(keyOf: (row: number) => string) {
    this.#keyOf = keyOf;
  }

  /** Ascending. */
  get(key: string): readonly number[] {
    const hash = hashOf(key);
    let found: number[] | undefined;
    for (let row = this.#head(hash); row !== nowhere; row = this.#next[row] ?? nowhere) {
      if (this.#hashes[row] === hash && this.#keyOf(row) === key) (found ??= []).push(row);
    }
    return found?.sort((a, b) => a - b) ?? none;
  }

  add(key: string, row: number): void {
    while (row >= this.#next.length) this.#growRows();
    this.#hashes[row] = hashOf(key);
    this.#size += 1;
    this.#link(row);
    if (this.#size > this.#heads.length) this.#growHeads();
  }

  /** The row must be in the index. */
  remove(row: number): void {
    const next = this.#next[row] ?? nowhere;
    const previous = this.#previous[row] ?? nowhere;
    if (next !== nowhere) this.#previous[next] = previous;
    if (previous !== nowhere) this.#next[previous] = next;
    else this.#heads[this.#bucket(this.#hashes[row] ?? 0)] = next;
    this.#size -= 1;
  }

  #bucket(hash: number): number {
    return hash & (this.#heads.length - 1);
  }

  #head(hash: number): number {
    return this.#heads[this.#bucket(hash)] ?? nowhere;
  }

  #link(row: number): void {
    const hash = this.#hashes[row] ?? 0;
    const head = this.#head(hash);
    this.#next[row] = head;
    this.#previous[row] = nowhere;
    if (head !== nowhere) this.#previous[head] = row;
    this.#heads[this.#bucket(hash)] = row;
  }

  #growRows(): void {
    this.#next = grow(this.#next);
    this.#previous = grow(this.#previous);
    this.#hashes = grow(this.#hashes);
  }

  #growHeads(): void {
    const chains = this.#heads;
    this.#heads = new Int32Array(chains.length * 2).fill(nowhere);
    for (const head of chains) {
      for (let row = head; row !== nowhere;) {
        const next = this.#next[row] ?? nowhere;
        this.#link(row);
        row = next;
      }
    }
  }
}
