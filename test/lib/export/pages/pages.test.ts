import { expect, test } from 'vitest';
import type { JobInfo } from '../../../../src/lib/api/types.js';
import { requireAllRows } from '../../../../src/lib/export/pages/pages.js';
import { RowCountError } from '../../../../src/lib/errors.js';

const job = (numberRecordsProcessed?: number) => ({ id: '750A', numberRecordsProcessed }) as JobInfo;

test('pages have as many records as the job', () => {
  expect(() => requireAllRows(job(3), 3)).not.toThrow();
  expect(() => requireAllRows(job(0), 0)).not.toThrow();
});

test.each([
  ['fewer', 3, 2, 'has 3 records, and its pages brought 2'],
  ['more', 3, 4, 'has 3 records, and its pages brought 4'],
  ['a number that the org does not say', undefined, 2, 'does not say how many records it has'],
])('%s is an error', (_, expected, received, message) => {
  expect(() => requireAllRows(job(expected), received)).toThrow(RowCountError);
  expect(() => requireAllRows(job(expected), received)).toThrow(message);
});
