import { expect, test } from 'vitest';
import { resultNameOf } from '../../../src/lib/load/left-files.js';

const name = '7505g00000abcdeaaq-failed-records';

test.each([
  '/a/7505g00000abcdEAAQ-failed-records.csv',
  '/b/c/7505g00000abcdEAAQ-failed-records.csv.gz',
  '/a/7505g00000abcdEAAQ-failed-records (1).csv',
  '/a/7505g00000abcdEAAQ-failed-records.xlsx',
])('%s is known to be a result file of a load', (path) => {
  expect(resultNameOf({ path })).toBe(name);
});

test('a load without a job has its own id in the names of its files', () => {
  const path = '/a/20260131T080000123Z-a1b2c3-unprocessed-records.csv';
  expect(resultNameOf({ path })).toBe('20260131t080000123z-a1b2c3-unprocessed-records');
});

test.each([
  '/a/failed-records.csv',
  '/a/7505g00000abcdEAAQ-failed-records-fixed.csv',
  '/a/7505g00000abcdEAAQ-success-records.csv',
  '/7505g00000abcdEAAQ-failed-records.csv/a.csv',
  undefined,
])('%s is not', (path) => {
  expect(resultNameOf(path === undefined ? {} : { path })).toBeUndefined();
});
