import { expect, test } from 'vitest';
import { changeWorkloads } from './change-workload.ts';
import { crashMatrix } from './crash/matrix.ts';

const isAnotherWay = (name: string): boolean => name === 'loadAgain' || name in changeWorkloads;

const isCopy = (name: string): boolean => ['copy', 'matchedCopy', 'copyRetry'].includes(name);

const isLoadOrExport = (name: string): boolean => !isAnotherWay(name) && !isCopy(name);

/** `npm run test:crash` tries every moment. */
test('a process that is killed at some moment leaves a load and an export that end as if it had not been', async () => {
  const reports = await crashMatrix({ isWanted: isLoadOrExport, momentsOfEach: 3 });
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  const met = reports.map(({ cases, unmet }) => cases - unmet);
  expect(met.reduce((sum, cases) => sum + cases, 0)).toBeGreaterThan(18);
}, 240_000);
