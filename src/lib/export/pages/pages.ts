import { PageQueue, type PagesOptions } from './page-queue.js';
import type { JobInfo } from '../../api/types.js';
import { RowCountError } from '../../errors.js';

/** One page in its turn. It may still be on its way. */
export type Page = {
  readonly index: number;
  readonly header: Buffer;
  /**
   * The data rows, as they arrive; ends when the page has proved whole. To be read once, and again from the start after
   * a PageRestartedError, which cannot come once `whole` has returned.
   */
  rows(): AsyncIterable<Buffer>;
  /** What is known of the page when it is there and counted. */
  whole(): Promise<WholePage>;
  /** Which of the ids that were asked for its rows have, for the journal; absent where none were. Called once, after `rows`. */
  readonly found?: () => string;
};

type WholePage = {
  readonly rowCount: number;
  /** Undefined on the last page. */
  readonly nextLocator: string | undefined;
};

/**
 * The pages of a finished query job, in order, several fetched at once. A page is forgotten when the next one is asked
 * for.
 * @throws RowCountError the locators lead in a circle
 */
export async function* pagesOf(options: PagesOptions): AsyncGenerator<Page> {
  const stop = new AbortController();
  const running = { ...options, signal: AbortSignal.any([options.signal, stop.signal]) };
  const queue = new PageQueue(running);
  try {
    for (let current = await queue.next(); current !== undefined; current = await queue.next()) {
      const { index, flow, fetched } = current;
      yield {
        index,
        header: await current.header,
        rows: () => flow.read(),
        whole: async () => {
          const { rows, head } = await fetched;
          return { rowCount: rows, nextLocator: head.nextLocator };
        },
      };
    }
  } finally {
    stop.abort();
    await queue.dispose();
  }
}

/**
 * @throws RowCountError the pages of a completed query job brought more or fewer records than the org says it has, or the
 *   org does not say
 */
export function requireAllRows({ id, numberRecordsProcessed: expected }: JobInfo, received: number): void {
  if (expected === received) return;
  const has = expected === undefined ? 'does not say how many records it has' : `has ${expected} records`;
  throw new RowCountError(
    `Job ${id} ${has}, and its pages brought ${received}. The output is not complete.`,
    {
      data: { jobId: id, expected, received },
    },
  );
}
