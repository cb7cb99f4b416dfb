import { expect } from 'vitest';

/** The error that a promise is rejected with. */
export async function failureOf<E extends Error>(promise: Promise<unknown>): Promise<E> {
  return promise.then(
    () => expect.unreachable('it succeeded'),
    (error: unknown) => error as E,
  );
}
