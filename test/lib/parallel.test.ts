import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inParallel } from '../../src/lib/parallel.js';

test('results stand in the order of the items, whenever each was ready', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3)), fc.integer({ min: 1, max: 9 }), async (delays, limit) => {
      const items = delays.map((delayMs, index) => ({ delayMs, index }));
      const results = await inParallel(items, limit, async ({ delayMs, index }) => {
        await sleep(delayMs);
        return index;
      });
      expect(results).toEqual(delays.map((_, index) => index));
    }),
    { numRuns: 20 },
  );
});

test.each([
  [1, 1],
  [3, 3],
  [20, 10],
])('with a limit of %i, %i of 10 run at once', async (limit, most) => {
  let running = 0;
  let highest = 0;
  const started: number[] = [];
  await inParallel([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], limit, async (item) => {
    started.push(item);
    running += 1;
    highest = Math.max(highest, running);
    await sleep(1);
    running -= 1;
  });
  expect(highest).toBe(most);
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('after a failure nothing new is started, what runs is let to its end, and the first failure is thrown', async () => {
  const ended: number[] = [];
  const work = inParallel([0, 1, 2, 3, 4, 5], 3, async (item) => {
    await sleep(item === 1 ? 1 : 10);
    if (item === 1) throw new Error('first');
    if (item === 2) throw new Error('second');
    ended.push(item);
  });
  await expect(work).rejects.toThrow('first');
  expect(ended).toEqual([0]);
});

test('work that fails before it waits for anything fails the same way', async () => {
  const work = inParallel([0, 1], 2, () => {
    throw new Error('at once');
  });
  await expect(work).rejects.toThrow('at once');
});

test('nothing to do is done at once', async () => {
  expect(await inParallel([], 4, () => Promise.resolve(1))).toEqual([]);
});
