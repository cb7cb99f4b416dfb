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
