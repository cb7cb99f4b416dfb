import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { foreignIngestJob } from '../../support/foreign-job.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';

type Answer = { status: number; message: string; actions?: string[]; result: LoadReport };

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account'];

async function requestsTo({ org }: Bench): Promise<number> {
  const { requests } = await org.counters();
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

test('a folder for results that cannot be one is refused with exit code 2, before anything is asked of the org', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  await writeFile(bench.file('results'), 'in the way');
  const { code, answer } = await bench.runJson<Answer>(...insert, '--results-dir', 'results');
  expect(code).toBe(2);
  expect(answer.message).toContain(bench.file('results'));
  expect(answer.message).not.toMatch(/E[A-Z]{4,}/);
  expect(await requestsTo(bench)).toBe(0);
});

test.each([
  ['an update by query', ['update', '--query', 'SELECT Id FROM Account', '--set', 'Name=A', '--no-prompt']],
  ['a deletion by query', ['delete', '--query', 'SELECT Id FROM Account', '--no-prompt']],
  ['the results of a job', ['job', 'results', '--id', '750000000000001AAA']],
])('%s tries the folder for results before anything is asked of the org', async (_, args) => {
  await using bench = await openBench();
  await writeFile(bench.file('results'), 'in the way');
  const { code, answer } = await bench.runJson<Answer>(...args, '--results-dir', 'results');
  expect(code, answer.message).toBe(2);
  expect(answer.message).toContain(bench.file('results'));
  expect(await requestsTo(bench)).toBe(0);
});

test('a set without rows has no file, and null in the JSON', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const { answer } = await bench.runJson<Answer>(...insert, '--results-dir', 'results');
  const name = `${answer.result.jobId}-success-records.csv`;
  expect(answer.result).toMatchObject({
    successFilePath: bench.file(`results/${name}`),
    failedFilePath: null,
    unprocessedFilePath: null,
  });
  expect(await readdir(bench.file('results'))).toEqual([name]);
  const { stdout } = await bench.run(...insert);
  expect(stdout).not.toContain('null');
});

test('a load goes on into another folder when its own takes no files any more', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const jobId = await interruptedAt(bench, 'ingest.info', [...insert, '--results-dir', 'gone/results']);
  await rm(bench.file('gone'), { recursive: true });
  await writeFile(bench.file('gone'), 'in the way');
  const before = await requestsTo(bench);
  const refused = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
  expect(refused.code).toBe(2);
  expect(await requestsTo(bench)).toBe(before);
  expect(refused.answer.message).toContain(bench.file('gone/results'));
  expect(refused.answer.actions?.join()).toContain(`sf bulk2 job resume --id ${jobId} --results-dir`);
  const resumed = await bench.runJson<Answer>('job', 'resume', '--id', jobId, '--results-dir', 'other');
  expect(resumed.code, JSON.stringify(resumed.answer)).toBe(0);
  expect(resumed.answer.result.successFilePath).toBe(bench.file(`other/${jobId}-success-records.csv`));
});

test('results are not written over files that are there, and those are named', async () => {
  await using bench = await openBench();
  const jobId = await foreignIngestJob(bench.org, 'Name\nAda\n');
  const name = bench.file(`${jobId}-success-records.csv`);
  await writeFile(name, 'edited by a person');
  const refused = await bench.runJson<Answer>('job', 'results', '--id', jobId);
  expect(refused.code).toBe(1);
  expect(refused.answer.message).toContain(name);
  expect(await readFile(name, 'utf8')).toBe('edited by a person');
  const elsewhere = await bench.runJson<Answer>('job', 'results', '--id', jobId, '--results-dir', 'other');
  expect(elsewhere.answer.result.successFilePath).toBe(bench.file(`other/${jobId}-success-records.csv`));
});
