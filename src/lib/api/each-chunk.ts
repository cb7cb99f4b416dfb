import type { Readable } from 'node:stream';

/**
 * Gives each chunk of a body to `take`, in order, and waits for it where it returns a promise. Chunks come as they were
 * received: `for await` puts them together, which costs a copy of everything. Nothing is being taken any more when this
 * ends, whichever way.
 * @throws what `take` failed with, or what the body broke with
 */
export async function eachChunk(
  body: Readable,
  take: (chunk: Buffer) => Promise<void> | undefined,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let taken: Promise<void> | undefined;
  const goOn = (): void => {
    taken = undefined;
    body.resume();
  };
  const fail = (error: unknown): void => {
    taken = undefined;
    body.off('data', onData);
    body.pause();
    reject(error);
  };
  const onData = (chunk: Buffer): void => {
    try {
      taken = take(chunk);
      if (taken === undefined) return;
      body.pause();
      taken.then(goOn, fail);
    } catch (error) {
      fail(error);
    }
  };
  /** The end comes as soon as the last chunk has been given, taken or not. */
  const finish = (end: () => void): void => {
    if (taken === undefined) end();
    else taken.then(end, reject);
  };
  const breakOff = (error: Error): void => finish(() => reject(error));
  body.once('end', () => finish(() => resolve(undefined)));
  body.once('error', breakOff);
  body.once('close', () => breakOff(new Error('The answer ended before its body did.')));
  body.on('data', onData);
  await promise;
}
