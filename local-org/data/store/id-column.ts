import { MintedIds } from './minted-ids.ts';

const largestNumber = 2 ** 32 - 1;

/**
 * The ids of a table. Those that its own counter gave, in order, take four bytes a row and no hash entry;
 * any other, such as one loaded with a seed, is kept as text.
 */
export class IdColumn {
  readonly #minted: MintedIds;
  /** Ascending; a row with an odd id repeats the number before it. */
  #numbers = new Uint32Array(1024);
  #length = 0;
  #counter: number;
  readonly #oddByRow = new Map<number, string>();
  readonly #rowByOdd = new Map<string, number>();

  constructor(stem: string, counterStart: number) {
    this.#minted = new MintedIds(stem);
    this.#counter = counterStart;
  }

  get length(): number {
    return this.#length;
  }

  /** Whether row order is ascending order of ids. */
  get isAscending(): boolean {
    return this.#oddByRow.size === 0;
  }

  /** An id that no row has had. */
  mint(): string {
    this.#counter += 1;
    return this.#minted.id(this.#counter);
  }

  push(id: string): void {
    const last = this.#length === 0 ? 0 : (this.#numbers[this.#length - 1] ?? 0);
    const number = this.#minted.number(id);
    const isNext = number !== undefined && number > last && number <= largestNumber;
    if (isNext) this.#counter = Math.max(this.#counter, number);
    else {
      this.#oddByRow.set(this.#length, id);
      this.#rowByOdd.set(id, this.#length);
    }
    this.#append(isNext ? number : last);
  }

  pop(): void {
    this.#length -= 1;
    const odd = this.#oddByRow.get(this.#length);
    this.#oddByRow.delete(this.#length);
    if (odd !== undefined) this.#rowByOdd.delete(odd);
  }

  id(row: number): string {
    return this.#oddByRow.get(row) ?? this.#minted.id(this.#numbers[row] ?? 0);
  }

  /** The row of an 18-character id. */
  row(id: string): number | undefined {
    const odd = this.#rowByOdd.get(id);
    if (odd !== undefined) return odd;
    const number = this.#minted.number(id);
    if (number === undefined) return undefined;
    const row = this.#lowerBound(number);
    return row < this.#length && this.#numbers[row] === number && !this.#oddByRow.has(row) ? row : undefined;
  }

  /** The first row whose number is not below `number`: at once when no number is missing, else by halving. */
  #lowerBound(number: number): number {
    const guess = number - (this.#numbers[0] ?? 0);
    if (
      guess >= 0 &&
      guess < this.#length &&
      this.#numbers[guess] === number &&
      this.#numbers[guess - 1] !== number
    ) {
      return guess;
    }
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #append(number: number): void {
    if (this.#length === this.#numbers.length) {
      const grown = new Uint32Array(this.#numbers.length * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[this.#length] = number;
    this.#length += 1;
  }
}
