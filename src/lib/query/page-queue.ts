import type { PageHead } from '../api/query-jobs.js';
import { RowCountError } from '../row-count-error.js';
import { fetchPage, type FetchedPage } from './fetch-page.js';
import { LocatorFeed } from './locator-feed.js';
import type { PagesOptions } from './pages.js';
import { PageSpool } from './page-spool.js';

/**
 * Pages at once while nothing is said. An org counts requests that take over 20 seconds, and some take 5 of them at a
 * time (Salesforce Developer Limits: Concurrent API Requests); shorter ones it does not count.
 */
const widths = { slowPages: 4, quickPages: 8 };
const quickPageMs = 10_000;

/** A page that is being fetched. */
export type PendingPage = {
  readonly index: number;
  readonly head: Promise<PageHead>;
  readonly fetched: Promise<FetchedPage>;
  readonly spool: PageSpool;
};

/** The pages being fetched, in order. As soon as one has had its turn, another one is started. */
export class PageQueue {
  readonly #options: PagesOptions;
  readonly #feed: LocatorFeed;
  readonly #locators = new Set<string>();
  readonly #filling: Promise<void>;
  #pending: PendingPage[];
  #newest: PendingPage;
  #inTurn: PendingPage | undefined;
  #isFilled = false;
  #arePagesQuick = false;
  #isDisposed = false;
  #change = Promise.withResolvers<undefined>();

  constructor(options: PagesOptions) {
    this.#options = options;
    this.#feed = new LocatorFeed(options);
    this.#newest = this.#begin(options.from?.page ?? 0, options.from?.locator);
    this.#pending = [this.#newest];
    this.#filling = this.#fill();
    // Whoever asks for the page that is missing hears of it.
    this.#filling.catch(() => undefined);
  }

  /** Forgets the page that was in turn, and gives the next one; undefined after the last. */
  async next(): Promise<PendingPage | undefined> {
    await this.#inTurn?.spool.dispose();
    this.#inTurn = undefined;
    this.#changed();
    while (this.#pending.length === 0 && !this.#isFilled) await this.#change.promise;
    this.#inTurn = this.#pending.shift();
    if (this.#inTurn === undefined) await this.#filling;
    return this.#inTurn;
  }

  /** Returns when no file is left. The requests have to be aborted by their signal. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#changed();
    const all = [...(this.#inTurn === undefined ? [] : [this.#inTurn]), ...this.#pending];
    await Promise.all(all.map(discard));
  }

  async #fill(): Promise<void> {
    try {
      for (;;) {
        while (this.#isFull()) await this.#change.promise;
        const locator = this.#isOver() ? undefined : await this.#feed.after(this.#newest.head);
        if (locator === undefined || this.#isOver()) return;
        this.#start(locator);
      }
    } finally {
      this.#isFilled = true;
      this.#changed();
    }
  }

  #isOver(): boolean {
    return this.#isDisposed;
  }

  #isFull(): boolean {
    if (this.#isDisposed) return false;
    return this.#pending.length + (this.#inTurn === undefined ? 0 : 1) >= this.#width();
  }

  #width(): number {
    return this.#options.concurrency ?? (this.#arePagesQuick ? widths.quickPages : widths.slowPages);
  }

  #begin(index: number, locator: string | undefined): PendingPage {
    const startedMs = performance.now();
    const page = start(this.#options, index, locator);
    const look = (): void => {
      this.#arePagesQuick = performance.now() - startedMs < quickPageMs;
      this.#changed();
    };
    page.fetched.then(look, look);
    return page;
  }

  #start(locator: string): void {
    if (this.#locators.has(locator)) throw endless(this.#options.jobId, locator);
    this.#locators.add(locator);
    this.#newest = this.#begin(this.#newest.index + 1, locator);
    this.#pending.push(this.#newest);
    this.#changed();
  }

  #changed(): void {
    this.#change.resolve(undefined);
    this.#change = Promise.withResolvers<undefined>();
  }
}

function endless(jobId: string, locator: string): RowCountError {
  return new RowCountError(`The pages of job ${jobId} lead in a circle: the locator ${locator} came twice.`, {
    data: { jobId, locator },
  });
}

function start(options: PagesOptions, index: number, locator: string | undefined): PendingPage {
  const spool = new PageSpool(`${options.spoolPrefix}${index}`);
  const { promise: head, resolve, reject } = Promise.withResolvers<PageHead>();
  const fetched = fetchPage({ ...options, locator, spool, onHead: resolve });
  fetched.catch(reject);
  // Whoever awaits them hears of a failure; until then it must not count as unhandled.
  head.catch(() => undefined);
  return { index, head, fetched, spool };
}

async function discard({ fetched, spool }: PendingPage): Promise<void> {
  await fetched.catch(() => undefined);
  await spool.dispose();
}
