export type InOrderOptions<T, R> = {
  /** How many results may be under way or waiting for their turn. */
  readonly limit: number;
  /** Its signal is aborted when nobody wants the result any more. */
  readonly work: (item: T, signal: AbortSignal) => Promise<R>;
  /** Called with each result that is not given out, because something failed or the consumer left. */
  readonly discard: (result: R) => Promise<void>;
};

type Arrival<T> =
  { readonly item: T } | { readonly end: 'done' } | { readonly end: 'failed'; readonly cause: unknown };

/**
 * Works on items side by side and gives the results in the order of the items. Items may arrive one by one: a
 * result that is there does not wait for the next item, and when no further item arrives for an error, what is
 * under way is given first.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  { limit, work, discard }: InOrderOptions<T, R>,
): AsyncGenerator<R> {
  const source = items[Symbol.asyncIterator]();
  const stop = new AbortController();
  const running: Array<{ readonly result: Promise<R> }> = [];
  let arriving: Promise<Arrival<T>> | undefined;
  let end: Exclude<Arrival<T>, { item: T }> | undefined;
  try {
    while (end === undefined || running.length > 0) {
      const head = running[0]?.result;
      if (end === undefined && running.length < limit) {
        arriving ??= arrivalOf(source.next());
        const arrived = await Promise.race(
          head === undefined ? [arriving] : [arriving, head.then(() => undefined)],
        );
        if (arrived !== undefined) {
          arriving = undefined;
          if ('end' in arrived) end = arrived;
          else running.push({ result: heardLater(work(arrived.item, stop.signal)) });
          continue;
        }
      }
      if (head === undefined) break;
      const result = await head;
      running.shift();
      yield result;
    }
    if (end?.end === 'failed') throw end.cause;
  } finally {
    stop.abort();
    await Promise.all(running.map(({ result }) => result.then(discard, () => undefined)));
  }
}

async function arrivalOf<T>(next: Promise<IteratorResult<T>>): Promise<Arrival<T>> {
  try {
    const { done, value } = (await next) as IteratorResult<T, T>;
    return done === true ? { end: 'done' } : { item: value };
  } catch (cause) {
    return { end: 'failed', cause };
  }
}

/** Whoever awaits the promise hears of its failure; until then it must not count as unhandled. */
function heardLater<R>(promise: Promise<R>): Promise<R> {
  promise.catch(() => undefined);
  return promise;
}
