import { expect, test } from 'vitest';
import type { ListedJob } from '../../../src/cli/job/job-list.js';
import { jobTable } from '../../../src/cli/job/job-table.js';
import { tableLines } from '../../../src/cli/table-lines.js';

const [first, second, alone] = ['7505g00000abcdEAAQ', '7505g00000abceFAAQ', '7505g00000abcfGAAQ'];

function job(id: string, load?: string): ListedJob {
  const facts = { operation: 'insert', object: 'Account', state: 'JobComplete' } as const;
  return { id, load, ...facts, createdDate: '2026-01-31T08:00:00.000+0000' } as ListedJob;
}

const header = (jobs: ListedJob[], width: number): string[] =>
  (tableLines(jobTable(jobs), width)[0] ?? '').split(/ {2,}/);

test('the load is named of jobs that have others beside them, and of these only', () => {
  const jobs = [job(second, first), job(first, first), job(alone, alone)];
  expect(jobTable(jobs).data.map(({ load }) => load)).toEqual([first, first, '']);
  expect(header(jobs, 100)).toEqual(['Id', 'Operation', 'Object', 'State', 'Created (UTC)', 'Load']);
  expect(header([job(alone, alone), job(first)], 100)).not.toContain('Load');
});

test.each([
  [80, ['Id', 'Operation', 'Object', 'State', 'Created (UTC)']],
  [60, ['Id', 'Operation', 'Object', 'State']],
  [40, ['Id', 'Object', 'State']],
  [35, ['Id', 'State']],
])('%i columns have what people look for', (width, titles) => {
  const jobs = [job(second, first), job(first, first)];
  expect(header(jobs, width)).toEqual(titles);
  expect(tableLines(jobTable(jobs), width).join('\n')).toContain(first);
});
