import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobPageReport } from '../../../../src/cli/job/job-report-command.js';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { foreignIngestJob, foreignQueryJob } from '../../../support/foreign-job.ts';

type Answer<T> = { status: number; message: string; actions?: string[]; result: T; data: T };

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ tables: { Product2: 3 } });
});
afterAll(() => bench[Symbol.asyncDispose]());

const csv = `Name,AccountNumber\nAda,1\nBob,${'9'.repeat(60)}\n`;
const insert = (...more: string[]): string[] => [
  'insert',
  '-f',
  'a.csv',
  '-s',
  'Account',
  '--no-preflight',
  ...more,
];
const withoutTime = (html: string): string => html.replace(/Written by sf bulk2 at [\d: -]+UTC/, '');

test('the page of a load that has ended is the one that --report wrote, and costs no request', async () => {
  await writeFile(bench.file('a.csv'), csv);
  const load = await bench.runJson<Answer<LoadReport>>(...insert('--report', 'a.html'));
  const { jobId } = load.answer.result;
  const { code, answer } = await bench.runJson<Answer<JobPageReport>>('job', 'report', '--id', String(jobId));
  expect(code).toBe(0);
  const filePath = bench.file(`${jobId}-report.html`);
  expect(answer.result).toMatchObject({
    ...{ jobId, filePath, operation: 'insert', object: 'Account', state: 'JobComplete' },
    ...{ successfulRecords: 1, failedRecords: 1, unprocessedRecords: 0, apiRequests: 0 },
    errors: [{ code: 'STRING_TOO_LONG', count: 1 }],
  });
  const [first, second] = await Promise.all(
    [bench.file('a.html'), filePath].map((path) => readFile(path, 'utf8')),
  );
  expect(withoutTime(second ?? '')).toBe(withoutTime(first ?? ''));
});

test('--use-most-recent takes the load started last, ended or not, and a person reads one line', async () => {
  await writeFile(bench.file('a.csv'), csv);
  await bench.runJson(...insert());
  const later = await bench.runJson<Answer<LoadReport>>('update', '-f', 'ids.csv', '-s', 'Account');
  expect(later.code).toBe(2);
  const { code, stdout } = await bench.run(
    'job',
    'report',
    '--use-most-recent',
    '--output-file',
    'last.html',
  );
  expect(code).toBe(0);
  expect(stdout).toBe(`${bench.file('last.html')}\n`);
  expect(await readFile(bench.file('last.html'), 'utf8')).toContain('Insert of Account');
});

test('of a load that has not ended the org is asked, and when it cannot be, the page says so', async () => {
  await writeFile(bench.file('a.csv'), csv);
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.process',
    action: { kind: 'hold', when: 'before' },
  });
  const load = await bench.runJson<Answer<LoadReport>>(...insert('--async'));
  const args = ['job', 'report', '--id', String(load.answer.result.jobId), '--output-file', 'open.html'];
  const asked = await bench.runJson<Answer<JobPageReport>>(...args);
  expect(asked.code, JSON.stringify(asked.answer)).toBe(0);
  expect(asked.answer.result.apiRequests).toBe(1);
  expect(asked.answer.result.jobs).toHaveLength(1);
  expect(await readFile(bench.file('open.html'), 'utf8')).toContain('Not finished yet');

  await hold.release();
  await hold.remove();
  const refuse = await bench.org.faults.add({
    endpoint: 'ingest.info',
    count: 'always',
    action: {
      kind: 'answer',
      status: 403,
      body: JSON.stringify([{ errorCode: 'API_DISABLED_FOR_ORG', message: 'no access' }]),
    },
  });
  const refused = await bench.run(...args);
  await refuse.remove();
  expect(refused.code, refused.stderr).toBe(0);
  expect(await readFile(bench.file('open.html'), 'utf8')).toContain('The org could not be asked');
});

test('of a job that another tool created the org tells the counts, the errors, and why it failed', async () => {
  const partial = await foreignIngestJob(bench.org, csv);
  const args = ['job', 'report', '--output-file', 'foreign.html', '--id'];
  const { code, answer } = await bench.runJson<Answer<JobPageReport>>(...args, partial.slice(0, 15));
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({ jobId: partial, successfulRecords: 1, failedRecords: 1 });
  expect(answer.result.errors).toEqual([expect.objectContaining({ code: 'STRING_TOO_LONG', count: 1 })]);
  const html = await readFile(bench.file('foreign.html'), 'utf8');
  expect(html).toContain('1 + 1 + 0 = 2: every row is accounted for.');
  expect(html).toContain(`sf bulk2 job results --id ${partial} --target-org ${bench.org.username}`);
  expect(html).toContain('Bob');
});

test('a query job has no rows to account for: it is refused with what to do instead', async () => {
  const foreign = await foreignQueryJob(bench.org, 'SELECT Id FROM Product2');
  const own = await bench.runJson<Answer<{ jobId: string }>>(
    ...['query', '--query', 'SELECT Id FROM Product2', '--output-file', 'p.csv'],
  );
  for (const id of [foreign, own.answer.result.jobId]) {
    const { code, answer } = await bench.runJson<Answer<unknown>>('job', 'report', '--id', id);
    expect(code).toBe(2);
    expect(answer.actions?.join()).toContain(`sf bulk2 job results --id ${id}`);
    const resumed = await bench.runJson<Answer<unknown>>('job', 'resume', '--id', id, '--report', 'no.html');
    expect(resumed.code).toBe(2);
  }
}, 60_000);

test('a load and the retry of its rows name each other, and the retry has a page of its own', async () => {
  await writeFile(bench.file('a.csv'), csv);
  const load = await bench.runJson<Answer<LoadReport>>(...insert());
  const loadId = String(load.answer.result.jobId);
  const retry = await bench.runJson<Answer<LoadReport>>(
    'job',
    'retry',
    '--id',
    loadId,
    '--report',
    'retry.html',
  );
  const retryId = String(retry.answer.result.jobId);
  expect(retry.answer.result.reportFilePath).toBe(bench.file('retry.html'));
  const retryPage = await readFile(bench.file('retry.html'), 'utf8');
  expect(retryPage).toContain(`the load of job ${loadId}`);
  expect(retryPage).toContain('0 + 1 + 0 = 1: every row is accounted for.');
  await bench.run('job', 'report', '--id', loadId, '--output-file', 'first.html');
  const first = await readFile(bench.file('first.html'), 'utf8');
  expect(first).toContain(`sf bulk2 job report --id ${retryId}`);
  expect(first).not.toContain('job retry');
}, 60_000);
