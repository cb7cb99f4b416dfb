import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench } from '../../support/bulk2.ts';

type Answer = { status: number; result: LoadReport };

test('the JSON of a load that nobody waits for has all of its jobs, as the org answered when they were closed', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\nCyd\n');
  const flags = ['--file', 'a.csv', '--sobject', 'Account', '--max-rows-per-job', '1', '--async'];
  const { code, answer } = await bench.runJson<Answer>('insert', ...flags);
  expect(code, JSON.stringify(answer)).toBe(0);
  const { jobs, jobId, state, unprocessedRecords, processedRecords } = answer.result;
  const ids = (await bench.org.jobs()).map(({ id }) => id);
  expect(jobs.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(ids).toContain(jobId);
  for (const job of jobs)
    expect(job).toMatchObject({ object: 'Account', operation: 'insert', state: 'UploadComplete' });
  expect(state).toBe('UploadComplete');
  expect(unprocessedRecords + processedRecords).toBe(3);
  const resumed = await bench.runJson<Answer>('job', 'resume', '--id', jobs[2]!.id);
  expect(resumed.code, JSON.stringify(resumed.answer)).toBe(0);
  expect(resumed.answer.result).toMatchObject({ successfulRecords: 3, unprocessedRecords: 0 });
}, 60_000);
