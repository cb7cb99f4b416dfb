import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { InputError } from './errors.js';

/**
 * Reads a source as long as the signal lets it. A source that has stalled is left behind: the reason is thrown at once,
 * and the source told that nobody reads it any more.
 * @throws what the signal was aborted with
 * @throws what the source throws; an InputError where that is falsy
 */
export async function* abortable<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let isDone = false;
  try {
    for (;;) {
      const next = await unlessAborted(iterator.next(), signal).catch((thrown: unknown) => {
        throw signal.aborted ? thrown : thrownByInput(thrown);
      });
      if (next.done === true) {
        isDone = true;
        return;
      }
      yield next.value;
    }
  } finally {
    if (!isDone) leave(source, iterator);
  }
}

/**
 * Hands on what a source gives, until the signal fires. The source ends what it waits for itself.
 * @throws what the signal was aborted with; an AbortError where that is falsy, which a stream takes for no error
 */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  for await (const item of source) {
    if (signal.aborted) throw abortionFor(signal.reason);
    yield item;
  }
}

/** What ends a stream for a reason that was given, or for none. */
export function abortionFor(reason: unknown): Error {
  return Boolean(reason) ? (reason as Error) : new DOMException('It was aborted.', 'AbortError');
}

/**
 * Waits for work that does not know of the signal; it goes on unheard.
 * @throws what the signal was aborted with
 */
export async function unlessAborted<T>(work: T | PromiseLike<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason as Error);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A generator that waits for something can't be ended, and nobody waits for it. */
function leave(source: unknown, iterator: AsyncIterator<unknown> | Iterator<unknown>): void {
  if (source instanceof Readable) source.destroy();
  void Promise.resolve(iterator.return?.()).catch(() => undefined);
}

/** What reading an input threw, as an error. Streams take a falsy one, such as of `throw undefined`, for a good end. */
export function thrownByInput(thrown: unknown): unknown {
  if (Boolean(thrown)) return thrown;
  const message = `The input ended early: it threw ${inspect(thrown)} in place of an error.`;
  return new InputError([{ code: 'INPUT_ENDED', message }]);
}
