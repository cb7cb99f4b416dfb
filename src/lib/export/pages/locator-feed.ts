import type { PageHead, QueryJobs, ResultPages } from '../../api/query-jobs.js';
import { Bulk2Error } from '../../errors.js';

/** The first API version with `/resultPages` (Bulk API guide: Get Parallel Results for a Query Job). */
const resultPagesSince = 58;

/** A result of more records than this most likely has several pages; of fewer, a list might be asked for in vain. */
const recordsOfManyPages = 100_000;

export type LocatorFeedOptions = {
  readonly jobs: QueryJobs;
  readonly jobId: string;
  readonly apiVersion: string;
  readonly signal?: AbortSignal;
  /** Of the whole result, where that is known. */
  readonly records?: number;
  /** Where the first page is not the first one of the result. */
  readonly from?: { readonly locator: string };
};

/**
 * Tells the locator of each page after the first, in order. Each page's head leads to the next one; the org's list of
 * result pages says several at once, and whichever comes first is followed. The list is believed where the page before
 * is in it or is the first, and where it goes on from one that was believed: whoever has a page's head can tell, and say
 * so with `distrust`.
 */
export class LocatorFeed {
  readonly #options: LocatorFeedOptions;
  /** The page that was told last; undefined for the first page of the result. */
  #told: string | undefined;
  #listed: string[] = [];
  #hasList: boolean;
  /** Ends when the part of the list that was asked for is there, or never will be. */
  #asked: Promise<unknown> | undefined;
  /** That part, until it is believed, and whether it goes on from one that was. */
  #list: ResultPages | undefined;
  #goesOn = false;

  constructor(options: LocatorFeedOptions) {
    this.#options = options;
    this.#told = options.from?.locator;
    this.#hasList = Number(options.apiVersion) >= resultPagesSince;
    if (this.#hasList && (options.records ?? 0) > recordsOfManyPages) this.#askForList();
  }

  /**
   * The locator of the page that follows; undefined after the last one.
   * @param newestHead of the page that was told before; needed only where no list says what follows
   */
  async after(newestHead: Promise<PageHead>): Promise<string | undefined> {
    if (this.#listed.length === 0) {
      await Promise.race([this.#asked, newestHead.catch(() => undefined)]);
      this.#listed = this.#fromList();
    }
    if (this.#listed.length === 0) this.#listed = this.#from((await newestHead).nextLocator);
    this.#told = this.#listed.shift();
    return this.#told;
  }

  /** What the list has said does not fit: from now on only heads are believed. */
  distrust(): void {
    this.#listed = [];
    this.#hasList = false;
  }

  /** Where the list can be believed without knowing the head of the page before. */
  #fromList(): string[] {
    if (!this.#hasList || this.#list === undefined) return [];
    const index = this.#list.locators.indexOf(this.#told ?? '');
    return index === -1 && !this.#goesOn ? [] : this.#believe(this.#list, index + 1);
  }

  #from(locator: string | undefined): string[] {
    if (locator === undefined) return [];
    if (!this.#hasList) return [locator];
    if (this.#asked === undefined) this.#askForList();
    if (this.#list === undefined) return [locator];
    const index = this.#list.locators.indexOf(locator);
    if (index !== -1) return this.#believe(this.#list, index);
    this.#hasList = false;
    return [locator];
  }

  #believe({ locators, next }: ResultPages, from: number): string[] {
    this.#list = undefined;
    this.#hasList = next !== undefined;
    this.#goesOn = this.#hasList;
    if (this.#hasList) this.#askForList(next);
    return locators.slice(from);
  }

  #askForList(nextUrl?: string): void {
    const { jobs, jobId, signal } = this.#options;
    const keep = (list: ResultPages): void => {
      this.#list = list;
    };
    this.#asked = jobs.resultPages(jobId, { nextUrl, signal }).then(keep, (error: unknown) => {
      // Not every org has the list, and nothing depends on it.
      if (!(error instanceof Bulk2Error)) throw error;
    });
    // Whoever needs it hears of a failure; until then it must not count as unhandled.
    this.#asked.catch(() => undefined);
  }
}
