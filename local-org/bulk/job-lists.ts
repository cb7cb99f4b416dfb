import { shuffle, type Random } from '../server/random.ts';
import type { Job } from './job.ts';

type ListPage = { readonly locator: string; readonly from: number; readonly all: readonly Job[] };

/** Job lists that clients are paging through: each keeps the jobs and the order of its first page. */
export class JobLists {
  readonly #lists = new Map<string, readonly Job[]>();
  readonly #newId: () => string;
  readonly #random: Random;

  constructor(newId: () => string, random: Random) {
    this.#newId = newId;
    this.#random = random;
  }

  /** @returns undefined for a locator that was never handed out */
  page(queryLocator: string | null, select: () => Job[]): ListPage | undefined {
    if (queryLocator === null) {
      const locator = this.#newId();
      const all = shuffle(select(), this.#random);
      this.#lists.set(locator, all);
      return { locator, from: 0, all };
    }
    const [locator = '', from = ''] = queryLocator.split('-');
    const all = this.#lists.get(locator);
    return all && { locator, from: Number(from), all };
  }
}
