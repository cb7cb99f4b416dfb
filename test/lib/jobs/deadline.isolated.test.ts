import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { boundedBy, graceMs } from '../../../src/lib/jobs/deadline.js';
import { PollingTimeoutError } from '../../../src/lib/jobs/errors.js';
import { failureOf } from '../../support/failure-of.ts';

const hour = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Work that ends when its signal says so, with the signal's reason. */
function endless(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(signal.reason as Error));
  return promise;
}

test('work goes on until seconds after the deadline, and ends then', async () => {
  const deadline = Date.now() + hour;
  const work = failureOf(boundedBy(deadline, undefined, endless));
  await vi.runAllTimersAsync();
  expect(await work).toBeInstanceOf(PollingTimeoutError);
  expect(Date.now()).toBe(deadline + graceMs);
});

test('a pause that the deadline ends is told as the end of the wait', async () => {
  const pause = (signal: AbortSignal | undefined) => sleep(hour, undefined, { signal });
  const work = failureOf(boundedBy(Date.now(), undefined, pause));
  await vi.runAllTimersAsync();
  expect(await work).toBeInstanceOf(PollingTimeoutError);
});

test('a deadline further away than a timer of Node.js can wait does not end the work at once', async () => {
  const work = boundedBy(Date.now() + 2 ** 32, undefined, async (signal) => {
    await vi.advanceTimersByTimeAsync(hour);
    return signal?.aborted;
  });
  expect(await work).toBe(false);
});

test('work that is done in time leaves no timer behind', async () => {
  expect(await boundedBy(Date.now() + hour, undefined, () => Promise.resolve('done'))).toBe('done');
  expect(vi.getTimerCount()).toBe(0);
});

test('whoever stops the work earlier gives the reason', async () => {
  const stop = new AbortController();
  const work = failureOf(boundedBy(Date.now() + hour, stop.signal, endless));
  stop.abort(new Error('stopped'));
  expect((await work).message).toBe('stopped');
});

test('a failure of its own is told as it is, even after the deadline', async () => {
  const own = new Error('disk full');
  const work = failureOf(
    boundedBy(Date.now(), undefined, async () => {
      await vi.runAllTimersAsync();
      throw own;
    }),
  );
  expect(await work).toBe(own);
});

test('without a deadline the work gets the signal as it is', async () => {
  const { signal } = new AbortController();
  expect(await boundedBy(undefined, signal, (given) => Promise.resolve(given))).toBe(signal);
  expect(vi.getTimerCount()).toBe(0);
});
