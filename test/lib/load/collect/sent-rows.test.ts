import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SentRows } from '../../../../src/lib/load/collect/sent-rows.js';
import { temporaryFolder } from './support.ts';

const row = (low: number) => ({ high: low % 7, low });

async function told(before: readonly number[], sent: readonly number[]) {
  const folder = await temporaryFolder();
  using rows = new SentRows(join(folder, 'rows'));
  for (const each of sent) rows.addSent(row(each));
  for (const each of before) rows.add(row(each));
  const isKnown = rows.match();
  expect(await readdir(folder)).toEqual([]);
  return { isKnown, sent: isKnown ? before.filter(() => rows.isNextSent()) : [] };
}

test('rows are told that were sent, and of equal ones as many as were sent', async () => {
  expect(await told([5, 3, 5, 9, 5], [5, 9, 5])).toEqual({ isKnown: true, sent: [5, 5, 9] });
  expect(await told([1, 2], [])).toEqual({ isKnown: true, sent: [] });
});

test.each([
  [[1, 2, 3], [4]],
  [
    [1, 2, 3],
    [2, 2],
  ],
  [[5, 6], [4]],
  [[], [1]],
])('of %j it is not told which were sent where that is %j', async (before, sent) => {
  expect((await told(before, sent)).isKnown).toBe(false);
});

test('more rows than fit into memory are told through files without names', async () => {
  const before = Array.from({ length: 300_000 }, (_, index) => (index * 7_919) % 300_007);
  const sent = before.filter((each) => each % 3 === 0);
  const { isKnown, sent: found } = await told(before, [...sent].reverse());
  expect(isKnown).toBe(true);
  expect(found).toEqual(sent);
});
