import { compareKeys, type RecordShape } from './record-sorter.js';

/** Gives sorted records in groups of equal keys, each valid until the next one is asked for. */
export class RecordGroups {
  readonly #records: Iterator<Uint32Array>;
  readonly #shape: RecordShape;
  #buffer: Uint32Array;
  /** Of the buffer; most groups are as long as the one before. */
  #group: Uint32Array;
  #next: Uint32Array | undefined;

  constructor(records: Iterable<Uint32Array>, shape: RecordShape) {
    this.#records = records[Symbol.iterator]();
    this.#shape = shape;
    this.#buffer = new Uint32Array(16 * shape.words);
    this.#group = this.#buffer.subarray(0, shape.words);
    this.#advance();
  }

  /** @returns the numbers of all records of the next key; undefined at the end */
  next(): Uint32Array | undefined {
    const { words, keyWords } = this.#shape;
    let length = 0;
    for (let next = this.#next; next !== undefined; next = this.#advance()) {
      if (length > 0 && compareKeys(this.#buffer, next, keyWords) !== 0) break;
      if (length === this.#buffer.length) this.#grow();
      this.#buffer.set(next, length);
      length += words;
    }
    if (length === 0) return undefined;
    if (this.#group.length !== length || this.#group.buffer !== this.#buffer.buffer)
      this.#group = this.#buffer.subarray(0, length);
    return this.#group;
  }

  *[Symbol.iterator](): Generator<Uint32Array, void, undefined> {
    for (let group = this.next(); group !== undefined; group = this.next()) yield group;
  }

  #advance(): Uint32Array | undefined {
    const next = this.#records.next();
    this.#next = next.done === true ? undefined : next.value;
    return this.#next;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#buffer.length * 2);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}
