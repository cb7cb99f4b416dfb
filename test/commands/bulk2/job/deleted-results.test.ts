import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench } from '../../../support/bulk2.ts';

type Answer = { message: string; actions?: string[]; warnings?: string[]; result: LoadReport };

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--no-preflight'];
const onePerJob = ['--max-rows-per-job', '1', '--concurrency', '1'];
const twoPerJob = ['--max-rows-per-job', '2', '--concurrency', '1'];

async function namesIn(path: string | null): Promise<string[]> {
  if (path === null) return [];
  const rows = parse<Record<string, string>>(await readFile(path), { columns: true });
  return rows.map((row) => row.Name ?? '').sort();
}

test('of a load of which the org has deleted a job, the other jobs have results, and its rows are named', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\nCyd\n');
  await bench.runJson<Answer>(...insert, ...onePerJob);
  const [first, second, third] = await bench.org.jobs();
  expect((await bench.run('job', 'delete', '--id', first!.id)).code).toBe(0);
  for (const id of [first!.id, second!.id, third!.id]) {
    const again = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', id);
    expect(again.code, JSON.stringify(again.answer)).toBe(1);
    const { result, warnings } = again.answer;
    expect(await namesIn(result.successFilePath)).toEqual(['Bob', 'Cyd']);
    expect(basename(result.successFilePath ?? '')).toBe(`${first!.id}-success-records.csv`);
    expect(result).toMatchObject({
      jobId: first!.id,
      failedFilePath: null,
      unprocessedFilePath: null,
      unknownRecords: 1,
    });
    expect(warnings?.join()).toContain(`The org does not know job ${first!.id}`);
    expect(warnings?.join()).toContain(`job ${first!.id} had 1 row (a.csv, row 1)`);
    expect(warnings?.join()).toContain('known what became of 1 row');
  }
}, 60_000);

test('rows that a retry of the load has saved are not failed, whichever other job of it the org has deleted', async () => {
  for (const deleted of [0, 1]) {
    await using bench = await openBench();
    await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\nCyd\nDee\n');
    const action = { kind: 'lock-rows', column: 'Name', values: ['Bob', 'Dee'], tries: 1 } as const;
    await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
    const load = await bench.runJson<Answer>(...insert, '--retry-failed', '1', ...twoPerJob);
    expect(load.code, JSON.stringify(load.answer)).toBe(0);
    const jobs = await bench.org.jobs();
    expect((await bench.run('job', 'delete', '--id', jobs[deleted]!.id)).code).toBe(0);
    const { code, answer } = await bench.runJson<Answer>(
      ...['job', 'results', '--id', jobs[0]!.id, '--results-dir', 'r'],
    );
    expect(code, JSON.stringify(answer)).toBe(1);
    const unknown = ['Ada', 'Cyd'][deleted];
    const known = ['Ada', 'Bob', 'Cyd', 'Dee'].filter((name) => name !== unknown);
    expect(await namesIn(answer.result.successFilePath)).toEqual(known);
    expect(answer.result).toMatchObject({
      successfulRecords: 3,
      failedFilePath: null,
      unprocessedFilePath: null,
      unknownRecords: 1,
    });
  }
}, 60_000);

test('where the org has deleted the job of a retry, rows that went into it are neither failed nor successful', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), `Name\nAda\nBob\n${'x'.repeat(300)}\n`);
  const action = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 1 } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
  const load = await bench.runJson<Answer>(...insert, '--retry-failed', '1');
  const jobs = await bench.org.jobs();
  expect((await bench.run('job', 'delete', '--id', jobs.at(-1)!.id)).code).toBe(0);
  const id = load.answer.result.jobId ?? '';
  const { answer } = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', 'r');
  expect(await namesIn(answer.result.successFilePath)).toEqual(['Ada']);
  expect(await namesIn(answer.result.failedFilePath)).toEqual(['x'.repeat(300)]);
  expect(answer.result).toMatchObject({ failedRecords: 1, unprocessedFilePath: null, unknownRecords: 1 });
}, 60_000);

test('a load of which the org has deleted all jobs has no results, which is an error', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const load = await bench.runJson<Answer>(...insert);
  await rm(load.answer.result.successFilePath ?? '');
  const id = load.answer.result.jobId ?? '';
  expect((await bench.run('job', 'delete', '--id', id)).code).toBe(0);
  const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', id);
  expect(code).toBe(1);
  expect(answer.message).toContain(`The org does not know job ${id}`);
});

test('a server that does not know a job at first is asked again, and the results are those of all jobs', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const load = await bench.runJson<Answer>(...insert, '--async', ...onePerJob);
  const id = load.answer.result.jobId ?? '';
  await expect.poll(async () => (await bench.org.records('Account')).length).toBe(2);
  const body = '[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]';
  for (const endpoint of ['ingest.info', 'query.info'] as const)
    await bench.org.faults.add({ endpoint, count: 2, action: { kind: 'answer', status: 404, body } });
  const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', 'r');
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(await namesIn(answer.result.successFilePath)).toEqual(['Ada', 'Bob']);
}, 60_000);

test('where the org has deleted a job of an unfinished load, status tells of the others, and resume how to get their rows', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const load = await bench.runJson<Answer>(...insert, '--async', ...onePerJob);
  const id = load.answer.result.jobId ?? '';
  await expect.poll(async () => (await bench.org.records('Account')).length).toBe(2);
  const second = (await bench.org.jobs())[1]!.id;
  await expect.poll(async () => (await bench.org.jobs())[1]?.state).toBe('JobComplete');
  expect((await bench.run('job', 'delete', '--id', second)).code).toBe(0);
  const status = await bench.runJson<Answer>('job', 'status', '--id', id);
  expect(status.code, JSON.stringify(status.answer)).toBe(0);
  expect(status.answer.warnings?.join()).toContain(`The org does not know job ${second}`);
  expect(status.answer.result.jobs.map((job) => job.id)).toEqual([id]);
  const resumed = await bench.runJson<Answer>('job', 'resume', '--id', id);
  expect(resumed.code).toBe(1);
  for (const action of [`sf bulk2 job abort --id ${id}`, `sf bulk2 job results --id ${id}`])
    expect(resumed.answer.actions?.join()).toContain(action);
  expect((await bench.run('job', 'abort', '--id', id)).code).toBe(0);
  const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', id);
  expect(code, JSON.stringify(answer)).toBe(1);
  expect(await namesIn(answer.result.successFilePath)).toEqual(['Ada']);
  expect(answer.result.unknownRecords).toBe(1);
}, 60_000);
