import type { PageHead, QueryJobs } from '../api/query-jobs.js';
import { RowCountError } from '../row-count-error.js';
import { fetchPage, type FetchedPage } from './fetch-page.js';
import { LocatorFeed } from './locator-feed.js';
import { PageSpool } from './page-spool.js';

export type PagesOptions = {
  readonly jobs: QueryJobs;
  readonly jobId: string;
  readonly apiVersion: string;
  /** Pages fetched at once. */
  readonly concurrency: number;
  /** Prefix of the files that hold pages until their turn comes. */
  readonly spoolPrefix: string;
  readonly signal: AbortSignal;
  /** Where to go on after an interruption; absent for the beginning. */
  readonly from?: { readonly page: number; readonly locator: string };
};

/** One page, whole and counted, in its turn. */
export type Page = {
  readonly index: number;
  readonly rows: number;
  readonly header: Buffer;
  readonly nextLocator: string | undefined;
  readonly data: AsyncIterable<Buffer>;
};

type Pending = {
  readonly index: number;
  readonly head: Promise<PageHead>;
  readonly fetched: Promise<FetchedPage>;
  readonly spool: PageSpool;
};

/**
 * The pages of a finished query job, in order, several fetched at once. A page is handed out only after it has proved
 * whole, and is forgotten when the next one is asked for.
 * @throws RowCountError the locators lead in a circle
 */
export async function* pagesOf(options: PagesOptions): AsyncGenerator<Page> {
  const stop = new AbortController();
  const running = { ...options, signal: AbortSignal.any([options.signal, stop.signal]) };
  const queue = new PageQueue(running);
  try {
    for (let current = await queue.next(); current !== undefined; current = await queue.next()) {
      const { rows, header, head } = await current.fetched;
      const { index } = current;
      yield { index, rows, header, nextLocator: head.nextLocator, data: current.spool.read() };
    }
  } finally {
    stop.abort();
    await queue.dispose();
  }
}

/** The pages being fetched, in order; its first one is the page in turn. */
class PageQueue {
  readonly #options: PagesOptions;
  readonly #feed: LocatorFeed;
  readonly #pending: Pending[];
  #started: number;
  #newest: Pending;
  readonly #locators = new Set<string>();
  #hasMore = true;
  #inTurn: Pending | undefined;

  constructor(options: PagesOptions) {
    this.#options = options;
    this.#feed = new LocatorFeed(options);
    this.#started = options.from?.page ?? 0;
    this.#newest = start(options, this.#started, options.from?.locator);
    this.#pending = [this.#newest];
  }

  /** Forgets the page that was in turn, starts as many as may run, and gives the next one. */
  async next(): Promise<Pending | undefined> {
    await this.#inTurn?.spool.dispose();
    this.#inTurn = this.#pending.shift();
    while (this.#hasMore && this.#pending.length + 1 < this.#options.concurrency) await this.#startNext();
    if (this.#inTurn === undefined && this.#hasMore) {
      await this.#startNext();
      this.#inTurn = this.#pending.shift();
    }
    return this.#inTurn;
  }

  async dispose(): Promise<void> {
    const all = [...(this.#inTurn === undefined ? [] : [this.#inTurn]), ...this.#pending];
    await Promise.all(all.map(discard));
  }

  async #startNext(): Promise<void> {
    const locator = await this.#feed.after(this.#newest.head);
    this.#hasMore = locator !== undefined;
    if (locator === undefined) return;
    if (this.#locators.has(locator)) throw endless(this.#options.jobId, locator);
    this.#locators.add(locator);
    this.#started += 1;
    this.#newest = start(this.#options, this.#started, locator);
    this.#pending.push(this.#newest);
  }
}

function endless(jobId: string, locator: string): RowCountError {
  return new RowCountError(`The pages of job ${jobId} lead in a circle: the locator ${locator} came twice.`, {
    data: { jobId, locator },
  });
}

function start(options: PagesOptions, index: number, locator: string | undefined): Pending {
  const spool = new PageSpool(`${options.spoolPrefix}${index}`);
  const { promise: head, resolve, reject } = Promise.withResolvers<PageHead>();
  const fetched = fetchPage({ ...options, locator, spool, onHead: resolve });
  fetched.catch(reject);
  // Whoever awaits them hears of a failure; until then it must not count as unhandled.
  head.catch(() => undefined);
  return { index, head, fetched, spool };
}

async function discard({ fetched, spool }: Pending): Promise<void> {
  await fetched.catch(() => undefined);
  await spool.dispose();
}
