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

test('a hundred thousand inputs are named apart, and their bytes summed, without looking through all others for each', () => {
  // Looking through all others each time takes minutes; each at once, a moment. The test's time limit tells them apart.
  const count = 100_000;
  const names = withOwnNames(Array.from({ length: count }, () => ({ name: 'a.csv' })));
  expect(names.at(-1)?.name).toBe(`a.csv (${count})`);
  let last = 0;
  const tell = overAll<number>((_, bytes) => {
    last = bytes;
  });
  for (let input = 0; input < count; input += 1) tell(input, 10);
  expect(last).toBe(10 * count);
}, 120_000);

test('more files than a process may have open make one load', async () => {
  // By default 1,024.
  const contents = Object.fromEntries(
    Array.from({ length: 1_100 }, (_, file) => [`${file}.csv`, `Name\nof ${file}\n`]),
  );
  const { plan } = await planOf(contents);
  expect(plan).toMatchObject({ rows: 1_100, parts: [{ rows: 1_100 }] });
}, 120_000);
