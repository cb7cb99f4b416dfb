import { expect, test } from 'vitest';
import { changeWorkloads } from './change-workload.ts';
import { crashMatrix } from './crash/matrix.ts';

const isAnotherWay = (name: string): boolean => name === 'loadAgain' || name in changeWorkloads;

/** `npm run test:crash` tries every moment. */
test('a change by query that is killed, and a command that is given again, apply no template and no row twice', async () => {
  const reports = await crashMatrix({ isWanted: isAnotherWay, momentsOfEach: 2 });
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  const met = reports.map(({ cases, unmet }) => cases - unmet);
  expect(met.reduce((sum, cases) => sum + cases, 0)).toBeGreaterThan(15);
}, 240_000);
