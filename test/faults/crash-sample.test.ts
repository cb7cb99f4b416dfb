import { expect, test } from 'vitest';
import { crashMatrix } from './crash/matrix.ts';

/** `npm run test:crash` tries every moment. */
test('a process that is killed at some moment leaves a load and an export that end as if it had not been', async () => {
  const reports = await crashMatrix(13);
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  const met = reports.map(({ cases, unmet }) => cases - unmet);
  expect(met.every((cases) => cases > 1)).toBe(true);
}, 120_000);
