import { expect, test } from 'vitest';
import { changeWorkloads } from './change-workload.ts';
import { crashMatrix, rivalMatrix } from './crash/matrix.ts';

const isAnotherWay = (name: string): boolean => name === 'loadAgain' || name in changeWorkloads;

const isCopy = (name: string): boolean => ['copy', 'matchedCopy', 'copyRetry'].includes(name);

/** `npm run test:crash` tries every moment. */
test('a process that is killed at some moment leaves a load and an export that end as if it had not been', async () => {
  const reports = await crashMatrix(67, (name) => !isAnotherWay(name) && !isCopy(name));
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  const met = reports.map(({ cases, unmet }) => cases - unmet);
  expect(met.every((cases) => cases > 1)).toBe(true);
}, 240_000);

test('a change by query that is killed, and a command that is given again, apply no template and no row twice', async () => {
  const reports = await crashMatrix(53, isAnotherWay);
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  const met = reports.map(({ cases, unmet }) => cases - unmet);
  expect(met.reduce((sum, cases) => sum + cases, 0)).toBeGreaterThan(10);
}, 240_000);

test('a copy that is killed has each record once, and with its parent, when it is resumed', async () => {
  const reports = await crashMatrix(97, isCopy);
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  const met = reports.map(({ cases, unmet }) => cases - unmet);
  expect(met.every((cases) => cases > 1)).toBe(true);
}, 240_000);

test('of two processes that both believe they own a load, whatever they see of each other, one sends each row', async () => {
  const reports = await rivalMatrix(41);
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  const met = reports.map(({ cases, unmet }) => cases - unmet);
  expect(met.reduce((sum, cases) => sum + cases, 0)).toBeGreaterThan(6);
}, 240_000);
