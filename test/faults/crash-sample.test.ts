import { expect, test } from 'vitest';
import { changeWorkloads } from './change-workload.ts';
import { crashMatrix } from './crash/matrix.ts';

const isAnotherWay = (name: string): boolean => name === 'loadAgain' || name in changeWorkloads;

const isCopy = (name: string): boolean => ['copy', 'matchedCopy', 'copyRetry'].includes(name);

/** `npm run test:crash` tries every moment. */
test('a process that is killed at some moment leaves a load and an export that end as if it had not been', async () => {
  const reports = await crashMatrix(67, (name) => !isAnotherWay(name) && !isCopy(name));
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  const met = reports.map(({ cases, unmet }) => cases - unmet);
  expect(met.every((cases) => cases > 1)).toBe(true);
}, 240_000);
