import { expect, test } from 'vitest';
import { rivalMatrix } from './crash/matrix.ts';

/** `npm run test:crash` tries every moment. */
test('of two processes that both believe they own a load, whatever they see of each other, one sends each row', async () => {
  const reports = await rivalMatrix(61);
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  const met = reports.map(({ cases, unmet }) => cases - unmet);
  expect(met.reduce((sum, cases) => sum + cases, 0)).toBeGreaterThan(6);
}, 240_000);
