import type { PageHead, QueryJobs } from '../api/query-jobs.js';
import type { ResultPages } from '../api/result-pages.js';
import { Bulk2Error } from '../errors.js';

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
 * result pages says several at once. It is believed where it begins with the first page, and where it goes on from one
 * that was believed: whoever has a page's head can tell, and say so with `distrust`.
 */
export class LocatorFeed {
  readonly #options: LocatorFeedOptions;
  #listed: string[] = [];
  #hasList: boolean;
  /** The next part of the list, asked for before it is needed, and whether it goes on from one that was believed. */
  #asked: Promise<ResultPages | undefined> | undefined;
  #goesOn = false;

  constructor(options: LocatorFeedOptions) {
    this.#options = options;
    this.#hasList = Number(options.apiVersion) >= resultPagesSince;
    if (this.#hasList && (options.records ?? 0) > recordsOfManyPages) this.#asked = this.#askForList();
  }

  /**
   * The locator of the page that follows; undefined after the last one.
   * @param newestHead of the page that was told before; awaited only where no list says what follows
   */
  async after(newestHead: Promise<PageHead>): Promise<string | undefined> {
    if (this.#listed.length === 0) this.#listed = await this.#fromList();
    if (this.#listed.length === 0) this.#listed = await this.#from((await newestHead).nextLocator);
    return this.#listed.shift();
  }

  /** What the list has said does not fit: from now on only heads are believed. */
  distrust(): void {
    this.#listed = [];
    this.#hasList = false;
  }

  /** From a list that was asked for already, where it can be believed without knowing the page before. */
  async #fromList(): Promise<string[]> {
    const list = this.#hasList ? await this.#asked : undefined;
    const beginsWithFirst = this.#options.from === undefined && list?.locators[0] === '';
    if (list === undefined || !(this.#goesOn || beginsWithFirst)) return [];
    return this.#believe(list, this.#goesOn ? 0 : 1);
  }

  async #from(locator: string | undefined): Promise<string[]> {
    if (locator === undefined) return [];
    const list = this.#hasList ? await (this.#asked ?? this.#askForList()) : undefined;
    const index = list?.locators.indexOf(locator) ?? -1;
    if (list !== undefined && index !== -1) return this.#believe(list, index);
    this.#hasList = false;
    return [locator];
  }

  #believe({ locators, next }: ResultPages, from: number): string[] {
    this.#hasList = next !== undefined;
    this.#goesOn = this.#hasList;
    this.#asked = this.#hasList ? this.#askForList(next) : undefined;
    return locators.slice(from);
  }

  #askForList(nextUrl?: string): Promise<ResultPages | undefined> {
    const { jobs, jobId, signal } = this.#options;
    const asked = jobs.resultPages(jobId, { nextUrl, signal }).catch((error: unknown) => {
      // Not every org has the list, and nothing depends on it.
      if (error instanceof Bulk2Error) return undefined;
      throw error;
    });
    // Whoever needs it hears of a failure; until then it must not count as unhandled.
    asked.catch(() => undefined);
    return asked;
  }
}
