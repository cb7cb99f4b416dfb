export type InOrderOptions<T, R> = {
  /** How many results may be ahead of the one in turn, that one included. */
  readonly limit: number;
  /** Its signal is aborted when nobody wants the result any more. */
  readonly work: (item: T, signal: AbortSignal) => Promise<R>;
  /** Called with each result that is not given out, because something failed or the consumer left. */
  readonly discard: (result: R) => Promise<void>;
};

/**
 * Works on items side by side and gives the results in the order of the items. Items may arrive one by one: a
 * result that is there does not wait for the next item.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  { limit, work, discard }: InOrderOptions<T, R>,
): AsyncGenerator<R> {
  const source = items[Symbol.asyncIterator]();
  const stop = new AbortController();
  const running: Array<{ readonly result: Promise<R> }> = [];
  let arriving: Promise<IteratorResult<T>> | undefined;
  let hasMore = true;
  const begin = (item: T) => running.push({ result: heardLater(work(item, stop.signal)) });
  try {
    while (hasMore || running.length > 0) {
      const head = running[0]?.result;
      if (hasMore && running.length < limit) {
        arriving ??= heardLater(source.next());
        const arrived = await firstOf(arriving, head);
        if (arrived !== undefined) {
          arriving = undefined;
          if (arrived.done === true) hasMore = false;
          else begin(arrived.value);
          continue;
        }
      }
      if (head === undefined) return;
      const result = await head;
      running.shift();
      yield result;
    }
  } finally {
    stop.abort();
    await Promise.all(running.map(({ result }) => result.then(discard, () => undefined)));
  }
}

/** The item that arrives; undefined when the result in turn is there before it. */
async function firstOf<T>(
  arriving: Promise<IteratorResult<T>>,
  head: Promise<unknown> | undefined,
): Promise<IteratorResult<T> | undefined> {
  return head === undefined ? arriving : Promise.race([arriving, head.then(() => undefined)]);
}

/** Whoever awaits the promise hears of its failure; until then it must not count as unhandled. */
function heardLater<R>(promise: Promise<R>): Promise<R> {
  promise.catch(() => undefined);
  return promise;
}
