import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runStore } from '../../../../src/lib/run/store.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { foreignIngestJob, foreignQueryJob } from '../../../support/foreign-job.ts';

type Answer = { status: number; message?: string; result: Record<string, unknown> };

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ tables: { Product2: 25 }, queryPageRows: 10 });
});
afterAll(() => bench[Symbol.asyncDispose]());

test('the three files of an ingest job that another tool created are had by its 15-character id', async () => {
  const jobId = await foreignIngestJob(bench.org, `Name,AccountNumber\nAda,1\nBob,${'x'.repeat(300)}\n`);
  const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', jobId.slice(0, 15));
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ jobId, successfulRecords: 1, failedRecords: 1 });
  const success = await readFile(String(answer.result.successFilePath), 'utf8');
  expect(parse(success, { columns: true })).toEqual([expect.objectContaining({ Name: 'Ada' })]);
});

test('the records of a query job that another tool created are had in any format, all pages of them', async () => {
  const jobId = await foreignQueryJob(bench.org, 'SELECT Id, Name FROM Product2');
  const file = await bench.runJson<Answer>(
    'job',
    'results',
    '--id',
    jobId,
    '--output-file',
    'records.ndjson',
  );
  expect(file.code, JSON.stringify(file.answer)).toBe(0);
  expect(file.answer.result).toMatchObject({ jobId, totalSize: 25, format: 'ndjson' });
  expect((await readFile(bench.file('records.ndjson'), 'utf8')).trim().split('\n')).toHaveLength(25);

  const piped = await bench.run('job', 'results', '--id', jobId, '--result-format', 'csv');
  expect(piped.code, piped.stderr).toBe(0);
  expect(piped.stdout.trim().split('\n')).toHaveLength(26);
});

test('flags for the other kind of job are refused by name', async () => {
  const jobId = await foreignQueryJob(bench.org, 'SELECT Id FROM Product2');
  const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', jobId, '--results-dir', '.');
  expect(code).toBe(2);
  expect(answer.message).toContain('--output-file');
});

test('a job that the org does not know is told as such, and nothing is offered to be resumed', async () => {
  const { code, answer } = await bench.runJson<Answer & { actions: string[] }>(
    'job',
    'results',
    '--id',
    '750000000000001AAA',
  );
  expect(code).toBe(1);
  expect(answer.message).toContain('does not know job');
  expect(answer.actions.join()).not.toContain('job resume');
});

test('the results of a job whose journal is damaged can be had, and the job is not resumed', async () => {
  await using own = await openBench();
  await writeFile(own.file('a.csv'), 'Name\nAda\n');
  const load = await own.runJson<Answer>('insert', '--file', 'a.csv', '--sobject', 'Account');
  const jobId = String(load.answer.result.jobId);
  const [run] = await runStore(own.file('home/.sf/bulk2')).list();
  const text = await readFile(run!.path, 'utf8');
  await writeFile(run!.path, text.replace('"type":"close"', '"type":"chose"'));
  const results = await own.runJson<Answer>('job', 'results', '--id', jobId, '--results-dir', 'again');
  expect(results.code, JSON.stringify(results.answer)).toBe(0);
  expect(results.answer.result).toMatchObject({ jobId, successfulRecords: 1 });
  const resume = await own.runJson<Answer & { actions: string[] }>('job', 'resume', '--id', jobId);
  expect(resume.code).toBe(1);
  expect(resume.answer.message).toContain('is damaged');
  expect(resume.answer.actions.join()).toContain('job results --id');
}, 30_000);

test('the results of an export of this tool can be had again in another format', async () => {
  const query = ['query', '--query', 'SELECT Id, Name FROM Product2', '--output-file', 'a.csv'];
  const first = await bench.runJson<Answer>(...query);
  const jobId = String(first.answer.result.jobId);
  const again = await bench.runJson<Answer>('job', 'results', '--id', jobId, '--output-file', 'a.json');
  expect(again.code, JSON.stringify(again.answer)).toBe(0);
  expect(JSON.parse(await readFile(bench.file('a.json'), 'utf8'))).toHaveLength(25);
});
