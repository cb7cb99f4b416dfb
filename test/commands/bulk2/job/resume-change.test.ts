import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ByQueryReport } from '../../../../src/cli/by-query/by-query-report.js';
import type { JobListReport } from '../../../../src/cli/job/job-list.js';
import { runStore } from '../../../../src/lib/run/store.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';
import { killedAt } from '../../../support/killed-at.ts';

type Answer<T> = { status: number; message: string; actions?: string[]; result: T };

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => {
  const accounts = Array.from({ length: 450 }, (_, row) => ({ Name: `A${row}`, Industry: 'Energy' }));
  bench.org.database.load('Account', accounts);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const change = [
  ...['update', '--query', "SELECT Id FROM Account WHERE Industry = 'Energy'", '--no-prompt'],
  ...['--set', 'Name=${Name} (old)', '--no-allow-bulk', '--results-dir', 'results'],
];

const changeOverBulk = [...change.slice(0, -3), '--bulk-threshold=0', '--results-dir', 'results-bulk'];

/** Kills a change in its second call of SObject Collections, when the org has acted. */
async function killed(): Promise<void> {
  await killedAt(bench, 'collections.update', change, { nth: 2, when: 'after' });
}

async function interrupted(): Promise<void> {
  await interruptedAt(bench, 'collections.update', change, { nth: 2 });
}

async function interruptedChanges(): Promise<JobListReport['interruptedChanges']> {
  const { answer } = await bench.runJson<Answer<JobListReport>>('job', 'list');
  return answer.result.interruptedChanges;
}

const accounts = async () =>
  (await bench.org.records('Account')).filter(({ Industry }) => Industry === 'Energy');

async function clear(): Promise<void> {
  const { code } = await bench.run(
    ...['delete', '--sobject', 'Account', '--where', "Industry = 'Energy'", '--no-prompt'],
  );
  expect(code).toBe(0);
}

test('a killed change is listed, and resumed by its id: no template is applied twice', async () => {
  await killed();
  const [listed] = await interruptedChanges();
  expect(listed).toMatchObject({ operation: 'update', object: 'Account' });
  const { runId = '' } = listed ?? {};
  const { code, answer } = await bench.runJson<Answer<ByQueryReport>>('job', 'resume', '--id', runId);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({
    state: 'JobComplete',
    route: 'collections',
    totalSize: 450,
    successfulRecords: 450,
    failedRecords: 0,
    unprocessedRecords: 0,
  });
  const names = (await accounts()).map(({ Name }) => String(Name));
  expect(names.filter((name) => /^A\d+ \(old\)$/.test(name))).toHaveLength(450);
  expect((await readFile(answer.result.savedFilePath ?? '', 'utf8')).split('\n')).toHaveLength(452);
  expect(await interruptedChanges()).toEqual([]);
  await clear();
}, 60_000);

test('a record that was modified meanwhile is skipped, told of, and counted: exit code 68', async () => {
  await interrupted();
  const [record] = (await accounts()).filter(({ Name }) => !String(Name).includes('old'));
  const where = ['--sobject', 'Account', '--where', `Id = '${String(record?.Id)}'`, '--no-prompt'];
  expect((await bench.run('update', ...where, '--set', 'Name=mine')).code).toBe(0);
  const { code, answer } = await bench.runJson<Answer<ByQueryReport>>('job', 'resume', '--use-most-recent');
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({
    successfulRecords: 449,
    failedRecords: 0,
    skippedRecords: 1,
    unprocessedRecords: 0,
    errors: [{ code: 'MODIFIED_SINCE_FOUND', count: 1 }],
  });
  const failures = await readFile(answer.result.failedFilePath ?? '', 'utf8');
  expect(failures).toMatch(new RegExp(`^Id,sf__Error\n${String(record?.Id)},`));
  await clear();
}, 60_000);

test('over Bulk such a record is skipped and counted in the same way, and the others are changed', async () => {
  await interruptedAt(bench, 'ingest.upload', changeOverBulk);
  const where = ['--sobject', 'Account', '--where', "Name = 'A7'", '--no-prompt'];
  expect((await bench.run('update', ...where, '--set', 'Name=mine')).code).toBe(0);
  const { code, answer } = await bench.runJson<Answer<ByQueryReport>>('job', 'resume', '--use-most-recent');
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({
    totalSize: 450,
    processedRecords: 449,
    successfulRecords: 449,
    failedRecords: 0,
    skippedRecords: 1,
    unprocessedRecords: 0,
    errors: [{ code: 'MODIFIED_SINCE_FOUND', count: 1 }],
  });
  const failures = await readFile(answer.result.failedFilePath ?? '', 'utf8');
  expect(failures.split('\n').filter((line) => line.includes('MODIFIED_SINCE_FOUND'))).toHaveLength(1);
  const names = (await accounts()).map(({ Name }) => String(Name));
  expect(names.filter((name) => name.endsWith(' (old)'))).toHaveLength(449);
  expect(names.filter((name) => name === 'mine')).toHaveLength(1);
  // A retry would send nothing, and is not advised.
  const again = await bench.run('job', 'resume', '--id', answer.result.jobId ?? '');
  expect(again.stdout + again.stderr).not.toContain('job retry');
  await bench.run('job', 'report', '--id', answer.result.jobId ?? '', '--output-file', 'skipped.html');
  expect(await readFile(bench.file('skipped.html'), 'utf8')).not.toContain('job retry');
  await clear();
}, 60_000);

test('a change that was interrupted is ended by job abort, and offered no more', async () => {
  await killed();
  const [listed] = await interruptedChanges();
  const { runId = '' } = listed ?? {};
  const { code, stdout } = await bench.run('job', 'abort', '--id', runId);
  expect(code).toBe(0);
  expect(stdout).toContain(runId);
  expect(await interruptedChanges()).toEqual([]);
  const resumed = await bench.run('job', 'resume', '--id', runId);
  expect(resumed.code).toBe(2);
  expect(resumed.stderr).toContain('sf bulk2 job abort');
  const words = resumed.stderr.replace(/\s+/g, ' ');
  expect(words).toContain('200 of 450 Account records were changed, and 0 failed. The answer to one more');
  expect(words).not.toMatch(/ 0 of |job resume/);
  expect((await bench.run('job', 'resume', '--use-most-recent')).code).toBe(2);
  const state = await readdir(bench.file('home/.sf/bulk2/runs'));
  expect(state.filter((name) => name.includes('changes'))).toEqual([]);
  await clear();
}, 60_000);

test('the other commands on jobs know a change by its id', async () => {
  await interrupted();
  const [listed] = await interruptedChanges();
  const { runId = '' } = listed ?? {};
  const status = await bench.run('job', 'status', '--id', runId);
  expect(status.code, status.stderr).toBe(0);
  expect(status.stdout).toContain('update Account is InProgress: 200 rows processed, 0 failed');
  expect(status.stdout).toContain(`sf bulk2 job resume --id ${runId}`);
  for (const command of ['results', 'retry']) {
    const { code, answer } = await bench.runJson<Answer<unknown>>('job', command, '--id', runId);
    expect(code, JSON.stringify(answer)).toBe(2);
    expect(answer.message).toContain(`${runId} is a change by query over SObject Collections`);
    expect(answer.actions?.join('\n')).toContain(`sf bulk2 job report --id ${runId}`);
    expect(answer.actions?.join('\n')).toContain(`sf bulk2 job resume --id ${runId}`);
  }
  expect((await bench.run('job', 'abort', '--id', runId)).code).toBe(0);
  const ended = await bench.runJson<Answer<ByQueryReport>>('job', 'status', '--id', runId);
  expect(ended.answer.result).toMatchObject({ state: 'Aborted', successfulRecords: 200 });
  const reported = await bench.run('job', 'report', '--id', runId, '--output-file', 'ended.html');
  expect(reported.code, reported.stderr).toBe(0);
  await clear();
}, 60_000);

test('results are had by the id of a change that went through Bulk', async () => {
  const { code, stderr } = await bench.run(...changeOverBulk, '--if-interrupted', 'new');
  expect(code, stderr).toBe(0);
  const [run] = await runStore(bench.file('home/.sf/bulk2')).list();
  const results = await bench.run('job', 'results', '--id', run?.runId ?? '', '--results-dir', 'again');
  expect(results.code, results.stderr).toBe(0);
  await clear();
}, 60_000);

test('an id that no run has is refused with exit code 2', async () => {
  for (const command of ['resume', 'abort']) {
    const { code, stderr } = await bench.run('job', command, '--id', '20260131T080000123Z-a1b2c3');
    expect(code, stderr).toBe(2);
    expect(stderr).toContain("There's no load, export, change or copy 20260131T080000123Z-a1b2c3 here");
  }
});
