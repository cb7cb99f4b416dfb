import { expect, test } from 'vitest';
import { overAll, withOwnNames } from '../../../../src/lib/load/plan/inputs.js';
import { planOf } from './support.ts';

test('inputs that are called alike get names of their own, and none that another one has', () => {
  const names = (given: readonly string[]) =>
    withOwnNames(given.map((name) => ({ name }))).map(({ name }) => name);
  expect(names(['a', 'b', 'a', 'a'])).toEqual(['a', 'b', 'a (2)', 'a (3)']);
  expect(names(['a', 'a', 'a (2)', 'a'])).toEqual(['a', 'a (3)', 'a (2)', 'a (4)']);
});

test('bytes are counted over all inputs', () => {
  const told: number[] = [];
  const tell = overAll<string>((_, bytes) => told.push(bytes));
  for (const [input, bytes] of [
    ['a', 5],
    ['a', 10],
    ['b', 1],
    ['b', 7],
    ['c', 2],
  ] as const)
    tell(input, bytes);
  expect(told).toEqual([5, 10, 11, 17, 19]);
});

/** Time at work, so that other programs on the machine do not count; the least of some tries. */
function cpuMicros(work: () => void): number {
  const tries = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.max(1_000, Math.min(...tries));
}

test.each([
  ['names', (count: number) => withOwnNames(Array.from({ length: count }, () => ({ name: 'a.csv' })))],
  [
    'sums of bytes',
    (count: number) => {
      const tell = overAll<number>(() => undefined);
      for (let input = 0; input < count; input += 1) tell(input, 10);
    },
  ],
])('%s of 64,000 inputs take no more than 60 times as long as those of 4,000', (_, work) => {
  expect(cpuMicros(() => work(64_000))).toBeLessThan(60 * cpuMicros(() => work(4_000)));
});

test('more files than a process may have open make one load', async () => {
  // By default 1,024.
  const contents = Object.fromEntries(
    Array.from({ length: 1_100 }, (_, file) => [`${file}.csv`, `Name\nof ${file}\n`]),
  );
  const { plan } = await planOf(contents);
  expect(plan).toMatchObject({ rows: 1_100, parts: [{ rows: 1_100 }] });
}, 120_000);
