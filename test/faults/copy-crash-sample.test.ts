import { expect, test } from 'vitest';
import { crashMatrix } from './crash/matrix.ts';

const isCopy = (name: string): boolean => ['copy', 'matchedCopy', 'copyRetry'].includes(name);

/** `npm run test:crash` tries every moment. */
test('a copy that is killed has each record once, and with its parent, when it is resumed', async () => {
  const reports = await crashMatrix({ isWanted: isCopy, momentsOfEach: 4 });
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  const met = reports.map(({ cases, unmet }) => cases - unmet);
  expect(met.reduce((sum, cases) => sum + cases, 0)).toBeGreaterThan(12);
}, 240_000);
