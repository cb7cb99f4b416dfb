/** Lets concurrent workers proceed one step at a time, in an order that is chosen from outside. */
export class Turns {
  #isOpen = true;
  readonly #waiting: Array<() => Promise<void>> = [];

  /** Does a step of some worker: in its turn while workers are being played, else at once. */
  take<T>(step: () => Promise<T>): Promise<T> {
    if (this.#isOpen) return step();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push(() => step().then(resolve, reject));
    return promise;
  }

  /** Plays all workers to their ends; 0 lets the one that came last go on, 1, 2, … pick among all. */
  async play<T>(
    workers: ReadonlyArray<() => Promise<T>>,
    choices: Iterator<number>,
  ): Promise<Array<PromiseSettledResult<T>>> {
    this.#isOpen = false;
    let live = workers.length;
    const ends = workers.map((work) =>
      work().finally(() => {
        live -= 1;
      }),
    );
    const outcomes = Promise.allSettled(ends);
    while (live > 0) {
      if (this.#waiting.length === live) await this.#next(choices.next().value as number);
      else await new Promise((resolve) => setImmediate(resolve));
    }
    this.#isOpen = true;
    return outcomes;
  }

  async #next(choice: number): Promise<void> {
    const index = choice === 0 ? -1 : (choice - 1) % this.#waiting.length;
    await this.#waiting.splice(index, 1)[0]?.();
  }
}
