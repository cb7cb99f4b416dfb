import { readFile, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';

type Answer = { message: string; actions?: string[]; warnings?: string[]; result: LoadReport };

const insert = ['insert', '--sobject', 'Account', '--no-preflight'];
const onePerJob = ['--max-rows-per-job', '1', '--concurrency', '1'];

async function namesIn(path: string | null): Promise<string[]> {
  if (path === null) return [];
  const rows = parse<Record<string, string>>(await readFile(path), { columns: true });
  return rows.map((row) => row.Name ?? '').sort();
}

async function abortedResults(bench: Bench, jobId: string) {
  expect((await bench.run('job', 'abort', '--id', jobId)).code).toBe(0);
  return bench.runJson<Answer>('job', 'results', '--id', jobId, '--results-dir', 'r');
}

/** Asks the org itself to change a job. */
async function requestOf(bench: Bench, jobId: string, method: string, body?: object): Promise<void> {
  const { url, accessToken } = bench.org;
  const answer = await fetch(`${url}/services/data/v60.0/jobs/ingest/${jobId}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

test.each(['there', 'gone', 'compressed'])(
  'rows of an aborted load that are in no closed job are counted, and in no file: the input is %s',
  async (input) => {
    await using bench = await openBench();
    const rows = 'Name\nAda\nBob\nCyd\n';
    const name = input === 'compressed' ? 'a.csv.gz' : 'a.csv';
    await writeFile(bench.file(name), input === 'compressed' ? gzipSync(rows) : rows);
    const load = [...insert, '--file', name, ...onePerJob];
    const first = await interruptedAt(bench, 'ingest.create', load, { nth: 2 });
    if (input === 'gone') await rm(bench.file(name));
    const { code, answer } = await abortedResults(bench, first);
    expect(code, JSON.stringify(answer)).toBe(68);
    const { successFilePath, ...rest } = answer.result;
    expect(await namesIn(successFilePath)).toEqual(['Ada']);
    expect(rest).toMatchObject({ unprocessedFilePath: null, unprocessedRecords: 0, neverSentRecords: 2 });
    expect(answer.warnings?.join()).toContain('rows of the input that were in no closed job: 2 rows, never');
  },
  60_000,
);

test('rows of an aborted load whose input is gone are not said to be there for a retry', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), `Name\n${'x'.repeat(300)}\nBob\n`);
  const load = [...insert, '--file', 'a.csv', ...onePerJob];
  const first = await interruptedAt(bench, 'ingest.create', load, { nth: 2 });
  await rm(bench.file('a.csv'));
  const { answer } = await abortedResults(bench, first);
  const told = answer.warnings?.join() ?? '';
  expect(told).toContain('have no place in the input');
  expect(told).not.toContain('retried');
}, 60_000);

test('a job whose closing was not answered counts as closed where the org has closed it', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const load = [...insert, '--file', 'a.csv', ...onePerJob];
  const first = await interruptedAt(bench, 'ingest.close', load);
  await requestOf(bench, first, 'PATCH', { state: 'UploadComplete' });
  await expect.poll(async () => (await bench.org.jobs())[0]?.state).toBe('JobComplete');
  const { code, answer } = await abortedResults(bench, first);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(await namesIn(answer.result.successFilePath)).toEqual(['Ada']);
  expect(answer.result).toMatchObject({ unprocessedFilePath: null, neverSentRecords: 1 });
}, 60_000);

test('a retry that an abort has ended before it closed a job leaves the rows as they failed', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const action = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 1 } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
  const load = [...insert, '--file', 'a.csv', '--retry-failed', '1'];
  const first = await interruptedAt(bench, 'ingest.create', load, { nth: 2 });
  const { code, answer } = await abortedResults(bench, first);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1, unprocessedRecords: 0 });
  expect(answer.result.neverSentRecords).toBeUndefined();
  expect(await readFile(answer.result.failedFilePath ?? '', 'utf8')).toContain('UNABLE_TO_LOCK_ROW');
}, 60_000);

test('an aborted load of which no job was closed has no results, and says so', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const first = await interruptedAt(bench, 'ingest.upload', [...insert, '--file', 'a.csv']);
  const { code, answer } = await abortedResults(bench, first);
  expect(code).toBe(2);
  expect(answer.message).toContain(`No row of the load of job ${first} was processed`);
});

test('rows that a retry has saved before an abort are successful in the results of the load', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const action = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 1 } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
  const load = [...insert, '--file', 'a.csv', '--retry-failed', '1'];
  const first = await interruptedAt(bench, 'ingest.close', load, { nth: 2 });
  const retry = (await bench.org.jobs()).at(-1)!.id;
  await requestOf(bench, retry, 'PATCH', { state: 'UploadComplete' });
  await expect.poll(async () => (await bench.org.jobs()).at(-1)?.state).toBe('JobComplete');
  const { code, answer } = await abortedResults(bench, first);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({ failedRecords: 0, failedFilePath: null });
  expect(await namesIn(answer.result.successFilePath)).toEqual(['Ada', 'Bob']);
  const retried = await bench.runJson<Answer>('job', 'results', '--id', retry, '--results-dir', 'retry');
  expect(await namesIn(retried.answer.result.successFilePath)).toEqual(['Ada', 'Bob']);
}, 60_000);

test.each(['there', 'gone'])(
  'of a retry that was aborted between two of its jobs, only rows that it has not sent are failed: the input is %s',
  async (input) => {
    await using bench = await openBench();
    await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\nCyd\n');
    const values = ['Ada', 'Bob', 'Cyd'];
    const action = { kind: 'lock-rows', column: 'Name', values, tries: 1 } as const;
    await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
    const load = [...insert, '--file', 'a.csv', '--retry-failed', '1', ...onePerJob];
    const first = await interruptedAt(bench, 'ingest.create', load, { nth: 5 });
    await expect.poll(async () => (await bench.org.records('Account')).length).toBe(1);
    if (input === 'gone') await rm(bench.file('a.csv'));
    const [saved] = await bench.org.records('Account');
    const { code, answer } = await abortedResults(bench, first);
    expect(code, JSON.stringify(answer)).toBe(68);
    const { successFilePath, failedFilePath, ...rest } = answer.result;
    expect(await namesIn(successFilePath)).toEqual([saved?.Name]);
    expect(await namesIn(failedFilePath)).toEqual(values.filter((name) => name !== saved?.Name));
    expect(rest).toMatchObject({ successfulRecords: 1, failedRecords: 2, unprocessedFilePath: null });
    expect(rest.unknownRecords).toBeUndefined();
  },
  60_000,
);
