import type { PageHead, QueryJobs } from '../../api/query-jobs.js';
import { RowCountError } from '../../errors.js';
import { fetchPage, type FetchedPage, type FetchPageOptions } from './fetch-page.js';
import { LocatorFeed } from './locator-feed.js';
import { PageFlow } from './page-flow.js';

export type PagesOptions = {
  readonly jobs: QueryJobs;
  readonly jobId: string;
  readonly apiVersion: string;
  /** Of the whole result, where that is known. */
  readonly records?: number;
  /** Pages fetched at once. Default: 4, and 12 as long as they take no more than 10 seconds each. */
  readonly concurrency?: number | undefined;
  /** Prefix of the files that hold pages until their turn comes; absent: pages touch no disk, and wait for their turn. */
  readonly spoolPrefix?: string;
  readonly signal: AbortSignal;
  /** Where to go on after an interruption; absent for the beginning. */
  readonly from?: { readonly page: number; readonly locator: string };
};

/**
 * Pages at once while nothing is said. An org counts requests that take over 20 seconds, and some take 5 of them at a
 * time (Salesforce Developer Limits: Concurrent API Requests); shorter ones it does not count.
 */
const widths = { slowPages: 4, quickPages: 12 };
const quickPageMs = 10_000;

/** A page that is being fetched. */
export type PendingPage = {
  readonly index: number;
  /** Undefined for the first one. */
  readonly locator: string | undefined;
  readonly head: Promise<PageHead>;
  /** Its header line. */
  readonly header: Promise<Buffer>;
  readonly fetched: Promise<FetchedPage>;
  readonly flow: PageFlow;
  /** Ends its download. */
  readonly stop: () => void;
};

/** The pages being fetched, in order. As soon as one has had its turn, another one is started. */
export class PageQueue {
  readonly #options: PagesOptions;
  readonly #feed: LocatorFeed;
  readonly #locators = new Set<string>();
  #filling: Promise<void>;
  /** Counts the times that pages had to be asked for anew. */
  #round = 0;
  #pending: PendingPage[];
  #newest: PendingPage;
  #inTurn: PendingPage | undefined;
  #isFilled = false;
  #arePagesQuick = false;
  #isDisposed = false;
  #change = Promise.withResolvers<undefined>();

  constructor(options: PagesOptions) {
    this.#options = options;
    // Before the list of pages is asked for: of the two, it takes the connection that is there.
    this.#newest = this.#begin(options.from?.page ?? 0, options.from?.locator);
    this.#pending = [this.#newest];
    this.#feed = new LocatorFeed(options);
    this.#filling = this.#fill();
  }

  /** Forgets the page that was in turn, and gives the next one; undefined after the last. */
  async next(): Promise<PendingPage | undefined> {
    const ended = this.#inTurn;
    const head = await this.#endTurn();
    this.#changed();
    await this.#untilThere();
    if (ended !== undefined && this.#pending[0]?.locator !== head?.nextLocator) {
      await this.#beginAnewAfter(ended);
      await this.#untilThere();
    }
    this.#inTurn = this.#pending.shift();
    const isLast = ended !== undefined && head?.nextLocator === undefined;
    if (this.#inTurn === undefined && !isLast) await this.#filling;
    return this.#inTurn;
  }

  /** @throws whatever the download of the page in turn failed with, or that it was left unread */
  async #endTurn(): Promise<PageHead | undefined> {
    if (this.#inTurn === undefined) return undefined;
    const { flow, fetched } = this.#inTurn;
    flow.close();
    const { head } = await fetched;
    await flow.dispose();
    this.#inTurn = undefined;
    return head;
  }

  async #untilThere(): Promise<void> {
    while (this.#pending.length === 0 && !this.#isFilled) await this.#change.promise;
  }

  /** The list of pages has led elsewhere than the pages do. */
  async #beginAnewAfter(page: PendingPage): Promise<void> {
    this.#feed.distrust();
    this.#round += 1;
    const dropped = this.#pending;
    this.#pending = [];
    this.#newest = page;
    await Promise.all(dropped.map(discard));
    for (const { locator } of dropped) this.#locators.delete(locator ?? '');
    this.#isFilled = false;
    this.#filling = this.#fill();
  }

  /** Returns when no file is left. The requests have to be aborted by their signal. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#changed();
    const all = [...(this.#inTurn === undefined ? [] : [this.#inTurn]), ...this.#pending];
    await Promise.all(all.map(discard));
  }

  #fill(): Promise<void> {
    const filling = this.#fillRound(this.#round);
    // Whoever asks for the page that is missing hears of it.
    filling.catch(() => undefined);
    return filling;
  }

  async #fillRound(round: number): Promise<void> {
    const isOver = (): boolean => this.#isDisposed || round !== this.#round;
    try {
      for (;;) {
        while (!isOver() && this.#isFull()) await this.#change.promise;
        const locator = isOver() ? undefined : await this.#feed.after(this.#newest.head);
        if (locator === undefined || isOver()) return;
        this.#start(locator);
      }
    } finally {
      if (round === this.#round) this.#isFilled = true;
      this.#changed();
    }
  }

  #isFull(): boolean {
    return this.#pending.length + (this.#inTurn === undefined ? 0 : 1) >= this.#width();
  }

  #width(): number {
    return this.#options.concurrency ?? (this.#arePagesQuick ? widths.quickPages : widths.slowPages);
  }

  #begin(index: number, locator: string | undefined): PendingPage {
    const startedMs = performance.now();
    const look = (share: number): void => {
      this.#arePagesQuick = (performance.now() - startedMs) * share < quickPageMs;
      this.#changed();
    };
    const { spoolPrefix } = this.#options;
    const flow = new PageFlow(spoolPrefix && `${spoolPrefix}${index}`);
    const page = start(this.#options, { index, locator, flow, onTenth: () => look(10) });
    const isOver = (): void => look(1);
    page.fetched.then(isOver, isOver);
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
  return new RowCountError(`The org returned locator ${locator} of job ${jobId} twice.`, {
    data: { jobId, locator },
  });
}

function start(
  options: PagesOptions,
  page: Pick<PendingPage, 'index' | 'flow'> & Pick<FetchPageOptions, 'locator' | 'onTenth'>,
): PendingPage {
  const { index, locator, flow } = page;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const head = Promise.withResolvers<PageHead>();
  const header = Promise.withResolvers<Buffer>();
  const fetched = fetchPage({ ...options, ...page, signal, onHead: head.resolve, onHeader: header.resolve });
  const end = (): void => flow.end();
  const fail = (failure: unknown): void => {
    for (const each of [head, header]) each.reject(failure);
    flow.fail(failure);
  };
  fetched.then(end, fail);
  // Whoever awaits them hears of a failure; until then it must not count as unhandled.
  for (const each of [head, header]) each.promise.catch(() => undefined);
  const ends = { stop: () => stop.abort(), flow };
  return { index, locator, head: head.promise, header: header.promise, fetched, ...ends };
}

async function discard({ fetched, flow, stop }: PendingPage): Promise<void> {
  stop();
  flow.close();
  await fetched.catch(() => undefined);
  await flow.dispose();
}
