import { ApiError } from '../api/errors.js';
import type { PageHead, QueryJobs } from '../api/query-jobs.js';

/** The first API version with `/resultPages` (Bulk API guide: Get Parallel Results for a Query Job). */
const resultPagesSince = 58;

export type LocatorFeedOptions = {
  readonly jobs: QueryJobs;
  readonly jobId: string;
  readonly apiVersion: string;
};

/**
 * Tells the locator of each page after the first, in order. The org's list of result pages is used where it has one
 * that fits the chain of locators; otherwise each page's head leads to the next.
 */
export class LocatorFeed {
  readonly #options: LocatorFeedOptions;
  #listed: string[] = [];
  #nextList: string | undefined;
  #chained = true;

  constructor(options: LocatorFeedOptions) {
    this.#options = options;
  }

  /**
   * The locator of the page after `previous`; undefined when that was the last.
   * @param previousHead of the page before; awaited only where no list says what follows
   */
  async after(previousHead: Promise<PageHead>, isFirst: boolean): Promise<string | undefined> {
    if (isFirst) await this.#tryList(await previousHead);
    if (this.#chained) return (await previousHead).nextLocator;
    if (this.#listed.length === 0) await this.#extendList();
    return this.#listed.shift();
  }

  async #tryList({ nextLocator }: PageHead): Promise<void> {
    const { jobs, jobId, apiVersion } = this.#options;
    if (nextLocator === undefined || Number(apiVersion) < resultPagesSince) return;
    try {
      const pages = await jobs.resultPages(jobId);
      const index = pages.locators.indexOf(nextLocator);
      if (index === -1) return;
      this.#chained = false;
      this.#listed = pages.locators.slice(index);
      this.#nextList = pages.next;
    } catch (error) {
      // Not every org has the list, and nothing depends on it: the chain of locators is always there.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  async #extendList(): Promise<void> {
    if (this.#nextList === undefined) return;
    const pages = await this.#options.jobs.resultPages(this.#options.jobId, this.#nextList);
    this.#listed = [...pages.locators];
    this.#nextList = pages.next;
  }
}
