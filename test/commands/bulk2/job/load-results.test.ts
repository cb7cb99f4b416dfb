import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';

type Answer = {
  message: string;
  actions?: string[];
  warnings?: string[];
  result: LoadReport;
};

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--no-preflight'];
const onePerJob = ['--max-rows-per-job', '1', '--concurrency', '1'];

async function namesIn(path: string | null): Promise<string[]> {
  if (path === null) return [];
  const rows = parse<Record<string, string>>(await readFile(path), { columns: true });
  return rows.map((row) => row.Name ?? '').sort();
}

async function filesIn(bench: Bench, folder: string): Promise<string[]> {
  return (await readdir(bench.file(folder))).sort();
}

test('the id of a job that a resume has abandoned gives the results of the load, and calls no row unprocessed', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const first = await interruptedAt(bench, 'ingest.upload', insert);
  const resumed = await bench.runJson<Answer>('job', 'resume', '--id', first);
  expect(resumed.code, JSON.stringify(resumed.answer)).toBe(0);
  const jobId = (await bench.org.jobs()).at(-1)?.id ?? '';
  expect(jobId).not.toBe(first);
  for (const args of [[], ['--results-dir', 'again']]) {
    const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', first, ...args);
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result).toMatchObject({
      successfulRecords: 2,
      failedRecords: 0,
      unprocessedRecords: 0,
      unprocessedFilePath: null,
    });
    expect(await namesIn(answer.result.successFilePath)).toEqual(['Ada', 'Bob']);
    expect(answer.warnings?.join()).toContain(`Job ${first} was abandoned, and nothing of it was processed`);
    expect(answer.warnings?.join()).toContain(`its rows went into job ${jobId}`);
  }
  expect(await filesIn(bench, 'again')).toHaveLength(1);
}, 60_000);

test('the id of any job of a load gives the rows of all of its jobs, and says how many jobs it has', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), `Name\nAda\n${'x'.repeat(300)}\nCyd\n`);
  expect((await bench.runJson(...insert, ...onePerJob)).code).toBe(68);
  const jobs = await bench.org.jobs();
  expect(jobs).toHaveLength(3);
  for (const { id } of jobs) {
    const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', id);
    expect(code, JSON.stringify(answer)).toBe(68);
    expect(answer.result).toMatchObject({ successfulRecords: 2, failedRecords: 1, unprocessedRecords: 0 });
    expect(await namesIn(answer.result.successFilePath)).toEqual(['Ada', 'Cyd']);
    const failed = await readFile(answer.result.failedFilePath ?? '', 'utf8');
    expect(failed).toContain(',a.csv,2,');
    expect(await filesIn(bench, id)).toHaveLength(2);
  }
  const shown = await bench.run('job', 'results', '--id', jobs[2]!.id);
  expect(shown.stdout).toContain(`the results of a whole load, with 3 jobs. Its first job is ${jobs[0]!.id}`);
}, 60_000);

test('result files that are there are named, and the org is not asked for them', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const load = await bench.runJson<Answer>(...insert);
  const jobId = load.answer.result.jobId ?? '';
  const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', jobId);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({
    apiRequests: 0,
    successFilePath: load.answer.result.successFilePath,
  });
});

test('rows that a load has retried by itself are what their last try made of them', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const action = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 1 } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
  const load = await bench.runJson<Answer>(...insert, '--retry-failed', '1');
  expect(load.code, JSON.stringify(load.answer)).toBe(0);
  const jobId = load.answer.result.jobId ?? '';
  await rm(load.answer.result.successFilePath ?? '');
  const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', jobId);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({ successfulRecords: 2, failedRecords: 0, failedFilePath: null });
  expect(await namesIn(answer.result.successFilePath)).toEqual(['Ada', 'Bob']);
}, 60_000);

test('a load that has rows to send has no results yet, and what to do is said', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\nCyd\n');
  const first = await interruptedAt(bench, 'ingest.create', [...insert, ...onePerJob], { nth: 2 });
  const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', first, '--results-dir', 'r');
  expect(code).toBe(2);
  expect(answer.message).toContain(
    `The load of job ${first} isn't finished: rows of it are still to be sent`,
  );
  expect(answer.actions?.join()).toContain(`sf bulk2 job resume --id ${first}`);
  expect(answer.actions?.join()).toContain(`sf bulk2 job abort --id ${first}`);
});

test('results in the folder of an asynchronous load end that load, and its rows can be retried', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name,NumberOfEmployees\nAda,1\nBob,many\n');
  const flags = ['--sobject', 'Account', '--set-aside-invalid', '--async'];
  const load = await bench.runJson<Answer>('insert', '--file', 'a.csv', ...flags);
  const { jobId } = load.answer.result;
  await expect.poll(async () => (await bench.org.jobs())[0]?.state).toBe('JobComplete');
  const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', jobId ?? '');
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
  const failed = await readFile(answer.result.failedFilePath ?? '', 'utf8');
  expect(failed).toContain('NOT_SENT');
  const resumed = await bench.run('job', 'resume', '--id', jobId ?? '');
  expect(resumed.code, resumed.stderr).toBe(68);
  await writeFile(answer.result.failedFilePath ?? '', failed.replace(/many/g, '2'));
  const retried = await bench.runJson<Answer>('job', 'retry', '--id', jobId ?? '');
  expect(retried.code, JSON.stringify(retried.answer)).toBe(0);
  expect(await bench.org.records('Account')).toHaveLength(2);
}, 60_000);
