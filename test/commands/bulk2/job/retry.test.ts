import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench } from '../../../support/bulk2.ts';
import { foreignIngestJob } from '../../../support/foreign-job.ts';

type Answer = {
  status: number;
  message: string;
  actions?: string[];
  result: LoadReport & { retryOf: string };
};

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--no-preflight'];

test('failed rows go into a new load, once: then it is the retry that can be retried', async () => {
  await using bench = await openBench();
  const rows = Array.from({ length: 30 }, (_, row) => `Row ${row},${row === 7 ? 'x'.repeat(300) : row}`);
  await writeFile(bench.file('a.csv'), `Name,AccountNumber\n${rows.join('\n')}\n`);
  const lock = await bench.org.faults.add({
    endpoint: 'ingest.process',
    action: { kind: 'lock-rows', everyNth: 10, tries: 1 },
  });
  const first = await bench.runJson<Answer>(...insert);
  expect(first.answer.result).toMatchObject({ successfulRecords: 26, failedRecords: 4 });
  await lock.remove();
  const firstId = String(first.answer.result.jobId);

  const retry = await bench.runJson<Answer>('job', 'retry', '--id', firstId);
  expect(retry.code, JSON.stringify(retry.answer)).toBe(68);
  expect(retry.answer.result).toMatchObject({ successfulRecords: 3, failedRecords: 1, retryOf: firstId });
  const retryId = String(retry.answer.result.jobId);
  const failed = await readFile(String(retry.answer.result.failedFilePath));
  expect(parse(failed, { columns: true })).toEqual([
    expect.objectContaining({ Name: 'Row 7', source__File: 'a.csv', source__Row: '8' }),
  ]);

  const again = await bench.runJson<Answer>('job', 'retry', '--id', firstId);
  expect(again.code).toBe(2);
  expect(again.answer.actions?.join()).toContain(`job retry --id ${retryId}`);
  for (const command of ['resume', 'status', 'results']) {
    const { stdout } = await bench.run(
      'job',
      command,
      '--id',
      firstId,
      ...(command === 'results' ? ['--results-dir', 'r'] : []),
    );
    expect(stdout, command).toContain(`retried by the load of job ${retryId}`);
    expect(stdout, command).not.toMatch(/job retry|bulk2 insert/);
  }
  const names = (await bench.org.records('Account')).map(({ Name }) => Name);
  expect(names).toHaveLength(29);
  expect(new Set(names).size).toBe(29);
}, 120_000);

test('a retry, and its report, add up what it and the loads before have done to the input', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), `Name\nAda\n${'x'.repeat(300)}\n${'y'.repeat(300)}\n`);
  const first = await bench.runJson<Answer>(...insert);
  const { jobId, failedFilePath } = first.answer.result;
  await writeFile(
    String(failedFilePath),
    (await readFile(String(failedFilePath), 'utf8')).replace(/,x{300}$/m, ',Bob'),
  );
  const retry = await bench.run('job', 'retry', '--id', String(jobId), '--report', 'r.html');
  expect(retry.stdout).toContain(`The whole input of load ${jobId}: 2 of 3 rows succeeded, 1 did not.`);
  const page = await readFile(bench.file('r.html'), 'utf8');
  const text = page.replaceAll(/<style>[^]*<\/style>|<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(text).toContain(`Retry of the load of job ${jobId}; its report: sf bulk2 job report --id ${jobId}`);
  expect(text).toContain('The whole input 2 of 3 rows succeeded, 1 did not');
  expect(text).not.toMatch(/Warnings|SHA-256|not kept/);
}, 60_000);

test('the last load is retried and shown without its id', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), `Name\nAda\n${'x'.repeat(300)}\n`);
  const first = await bench.runJson<Answer>(...insert);
  const jobId = String(first.answer.result.jobId);
  const { stdout } = await bench.run('job', 'status', '--use-most-recent');
  expect(stdout).toContain(`sf bulk2 job retry --id ${jobId}`);
  const results = await bench.runJson<Answer>('job', 'results', '--use-most-recent', '--results-dir', 'r');
  expect(results.answer.result.jobId).toBe(jobId);
  const retry = await bench.runJson<Answer>('job', 'retry', '--use-most-recent');
  expect(retry.answer.result.retryOf).toBe(jobId);
}, 60_000);

test('there is nothing to retry in a load of which every row succeeded, and no job is created', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const first = await bench.runJson<Answer>(...insert);
  const { code, stdout } = await bench.run('job', 'retry', '--id', String(first.answer.result.jobId));
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing is left to retry');
  expect(stdout).not.toContain('rows/s');
  expect(stdout).not.toContain('row/s');
  expect(await bench.org.jobs()).toHaveLength(1);
});

test('the rows of another tool cannot be retried, and what can be done instead is said', async () => {
  await using bench = await openBench();
  const jobId = await foreignIngestJob(bench.org, 'Name\nAda\n');
  const { code, answer } = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(code).toBe(2);
  expect(answer.actions?.join()).toContain(`sf bulk2 job results --id ${jobId}`);
});
