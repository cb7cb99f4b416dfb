import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatElapsed,
  formatJobs,
  formatPace,
  formatRecords,
  formatRows,
} from '../../src/cli/units.js';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [95_300_000, '95.3 MB'],
  [999_949_999, '999.9 MB'],
  [999_950_000, '1.00 GB'],
  [12_345_678_901, '12.35 GB'],
])('%i bytes are written as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0.0 s'],
  [840, '0.8 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 0 s'],
  [119_499, '1 min 59 s'],
  [119_999, '2 min 0 s'],
  [200_000, '3 min 20 s'],
  [3_599_000, '59 min 59 s'],
  [7_200_000, '2 h 0 min'],
])('%i ms are written as %s', (elapsedMs, text) => {
  expect(formatElapsed(elapsedMs)).toBe(text);
});

test('counts have their thousands apart, and one thing is not many', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect([0, 1, 1_000].map(formatRows)).toEqual(['0 rows', '1 row', '1,000 rows']);
  expect([1, 2].map(formatJobs)).toEqual(['1 job', '2 jobs']);
  expect([1, 1_234].map(formatRecords)).toEqual(['1 record', '1,234 records']);
  expect(formatPace({ elapsedMs: 1_000, apiRequests: 1 }, 1)).toBe('1 row/s, 1 API request');
  expect(formatPace({ elapsedMs: 1_500, apiRequests: 2 }, 3_000, 'record')).toBe(
    '2,000 records/s, 2 API requests',
  );
});

test('a rate below one has a decimal, and none is left out', () => {
  expect(formatPace({ elapsedMs: 5_000, apiRequests: 7 }, 2)).toBe('0.4 rows/s, 7 API requests');
  expect(formatPace({ elapsedMs: 5_000, apiRequests: 7 }, 0)).toBe('7 API requests');
});
