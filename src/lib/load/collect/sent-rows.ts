import { compareKeys, RecordSorter } from '../../files/record-sorter.js';

/** What a row is known by: two numbers below 2^32. */
export type RowHash = { readonly high: number; readonly low: number };

const hashWords = 2;

/**
 * Tells which rows of a round the next one has sent, by what is in them, however many there are: constant memory, and
 * temporary files without names. Of equal rows the first ones count as sent.
 */
export class SentRows implements Disposable {
  readonly #sent: RecordSorter;
  readonly #before: RecordSorter;
  /** Numbers of rows that were sent, in the order in which they were added. */
  readonly #taken: RecordSorter;
  readonly #record = new Uint32Array(hashWords + 1);
  #rows = 0;
  #asked = 0;
  #next: IteratorResult<Uint32Array, void> | undefined;
  #inOrder: Iterator<Uint32Array, void> | undefined;

  /** @param path what the names of the temporary files begin with */
  constructor(path: string) {
    this.#sent = new RecordSorter({ path: `${path}.sent`, words: hashWords, keyWords: hashWords });
    this.#before = new RecordSorter({ path: `${path}.before`, words: hashWords + 1, keyWords: hashWords });
    this.#taken = new RecordSorter({ path: `${path}.taken`, words: 1, keyWords: 1 });
  }

  /** Takes a row that was sent. */
  addSent({ high, low }: RowHash): void {
    this.#sent.add(this.#set(high, low));
  }

  /** Takes a row that may have been. */
  add({ high, low }: RowHash): void {
    this.#before.add(this.#set(high, low, this.#rows++));
  }

  /** Called once, when all rows were added. @returns false where rows were sent that are not among the others */
  match(): boolean {
    const sent = this.#sent.sorted();
    let next = sent.next();
    for (const row of this.#before.sorted()) {
      if (next.done === true) break;
      const order = compareKeys(next.value, row, hashWords);
      if (order < 0) return false;
      if (order > 0) continue;
      this.#taken.add(this.#set(row[hashWords] ?? 0));
      next = sent.next();
    }
    this.#inOrder = this.#taken.sorted();
    this.#next = this.#inOrder.next();
    return next.done === true;
  }

  /** Whether the next row was sent, in the order in which they were added. Only after a `match`. */
  isNextSent(): boolean {
    const row = this.#asked++;
    if (this.#next?.done !== false || this.#next.value[0] !== row) return false;
    this.#next = this.#inOrder?.next();
    return true;
  }

  [Symbol.dispose](): void {
    for (const sorter of [this.#sent, this.#before, this.#taken]) sorter.close();
  }

  #set(...words: readonly number[]): Uint32Array {
    this.#record.set(words);
    return this.#record;
  }
}
