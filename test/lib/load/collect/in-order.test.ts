import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inOrder } from '../../../../src/lib/load/collect/in-order.js';

async function* arriving<T>(...items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

const keep = () => Promise.resolve();

async function collect<R>(results: AsyncIterable<R>): Promise<R[]> {
  const all: R[] = [];
  for await (const result of results) all.push(result);
  return all;
}

it('gives results in the order of the items, whichever is there first', async () => {
  const work = async (waitMs: number) => sleep(waitMs, waitMs);
  expect(await collect(inOrder(arriving(20, 1, 10, 0), { limit: 3, work, discard: keep }))).toEqual([
    20, 1, 10, 0,
  ]);
});

it('works on as many as allowed, and no more', async () => {
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await sleep(2);
    running--;
  };
  await collect(inOrder(arriving(1, 2, 3, 4, 5, 6), { limit: 3, work, discard: keep }));
  expect(most).toBe(3);
});

it('does not hold a result back until the next item arrives', async () => {
  const { promise: second, resolve } = Promise.withResolvers<string>();
  async function* items(): AsyncGenerator<string> {
    yield 'first';
    yield await second;
  }
  const results = inOrder(items(), { limit: 4, work: (item) => Promise.resolve(item), discard: keep });
  expect((await results.next()).value).toBe('first');
  resolve('second');
  expect((await results.next()).value).toBe('second');
  expect((await results.next()).done).toBe(true);
});

it('tells of items that fail to arrive after the results under way', async () => {
  async function* items(): AsyncGenerator<number> {
    yield* [1, 2];
    await Promise.resolve();
    throw new Error('waited too long');
  }
  const given: number[] = [];
  const results = inOrder(items(), { limit: 4, work: (item) => sleep(5, item), discard: keep });
  const reading = (async () => {
    for await (const result of results) given.push(result);
  })();
  await expect(reading).rejects.toThrow('waited too long');
  expect(given).toEqual([1, 2]);
});

it('stops the others after a failure, and discards what nobody will take', async () => {
  const discarded: number[] = [];
  const stopped: number[] = [];
  const work = async (item: number, signal: AbortSignal) => {
    signal.addEventListener('abort', () => stopped.push(item));
    await sleep(item);
    if (item === 5) throw new Error('broken');
    return item;
  };
  const discard = (item: number) => Promise.resolve(void discarded.push(item));
  await expect(collect(inOrder(arriving(5, 1, 20), { limit: 3, work, discard }))).rejects.toThrow('broken');
  expect(discarded).toEqual([1, 20]);
  expect(stopped).toContain(20);
});

it('discards what is under way when its consumer leaves', async () => {
  const discarded: number[] = [];
  const discard = (item: number) => Promise.resolve(void discarded.push(item));
  const results = inOrder(arriving(1, 2, 3), { limit: 3, work: (item) => sleep(1, item), discard });
  await results.next();
  await results.return(undefined);
  expect(discarded).toEqual([2, 3]);
});
