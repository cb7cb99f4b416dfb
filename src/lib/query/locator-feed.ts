import type { PageHead, QueryJobs } from '../api/query-jobs.js';
import { Bulk2Error } from '../errors.js';

/** The first API version with `/resultPages` (Bulk API guide: Get Parallel Results for a Query Job). */
const resultPagesSince = 58;

export type LocatorFeedOptions = {
  readonly jobs: QueryJobs;
  readonly jobId: string;
  readonly apiVersion: string;
};

/**
 * Tells the locator of each page after the first, in order. Each page's head leads to the next one; the org's list of
 * result pages says several at once, and is used for as long as it fits that chain.
 */
export class LocatorFeed {
  readonly #options: LocatorFeedOptions;
  #listed: string[] = [];
  #hasList: boolean;
  #nextList: string | undefined;

  constructor(options: LocatorFeedOptions) {
    this.#options = options;
    this.#hasList = Number(options.apiVersion) >= resultPagesSince;
  }

  /**
   * The locator of the page that follows; undefined after the last one.
   * @param newestHead of the page that was told before; awaited only where no list says what follows
   */
  async after(newestHead: Promise<PageHead>): Promise<string | undefined> {
    if (this.#listed.length === 0) this.#listed = await this.#from((await newestHead).nextLocator);
    return this.#listed.shift();
  }

  async #from(locator: string | undefined): Promise<string[]> {
    if (locator === undefined) return [];
    const listed = this.#hasList ? await this.#askForList() : [];
    const index = listed.indexOf(locator);
    if (index !== -1) return listed.slice(index);
    this.#hasList = false;
    return [locator];
  }

  async #askForList(): Promise<readonly string[]> {
    const { jobs, jobId } = this.#options;
    try {
      const { locators, next } = await jobs.resultPages(jobId, this.#nextList);
      this.#nextList = next;
      this.#hasList = next !== undefined;
      return locators;
    } catch (error) {
      // Not every org has the list, and nothing depends on it.
      if (error instanceof Bulk2Error) return [];
      throw error;
    }
  }
}
