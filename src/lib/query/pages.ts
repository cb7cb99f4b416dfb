import type { QueryJobs } from '../api/query-jobs.js';
import { PageQueue } from './page-queue.js';

export type PagesOptions = {
  readonly jobs: QueryJobs;
  readonly jobId: string;
  readonly apiVersion: string;
  /** Of the whole result, where that is known. */
  readonly records?: number;
  /** Pages fetched at once. Default: 4, and 8 while they come within 10 seconds each. */
  readonly concurrency?: number | undefined;
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
