import { expect, test } from 'vitest';
import { crashMatrix } from './crash/matrix.ts';

/** `npm run test:crash` tries every moment. */
test('a process that is killed at some moment leaves a load and an export that end as if it had not been', async () => {
  const reports = await crashMatrix(14);
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  expect(reports.map(({ cases, unmet }) => cases - unmet > 3)).toEqual([true, true]);
}, 120_000);
