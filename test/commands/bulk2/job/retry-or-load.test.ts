import { readFile, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';

type Answer = { message: string; actions?: string[]; warnings?: string[]; result: LoadReport };

const insert = ['insert', '--sobject', 'Account', '--no-preflight'];
const tooLong = 'x'.repeat(300);

/** An insert of which one row has failed, and that row fixed in its file. */
async function fixedFile(bench: Bench, isFixed = true) {
  await writeFile(bench.file('a.csv'), `Name\nAda\n${tooLong}\n`);
  const { answer } = await bench.runJson<Answer>(...insert, '--file', 'a.csv');
  const path = answer.result.failedFilePath ?? '';
  // The value is in the error's text, too.
  const text = await readFile(path, 'utf8');
  if (isFixed) await writeFile(path, text.slice(0, text.lastIndexOf(tooLong)) + 'Bob\n');
  return { path, jobId: answer.result.jobId ?? '' };
}

test('a retry of rows that another insert has loaded from their file is refused, and nothing is sent', async () => {
  await using bench = await openBench();
  const { path, jobId } = await fixedFile(bench);
  const loaded = await bench.runJson<Answer>(...insert, '--file', path);
  expect(loaded.code, JSON.stringify(loaded.answer)).toBe(0);
  expect(loaded.answer.warnings?.join()).toContain('Do not retry the load that it is of');
  const { code, answer } = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(code).toBe(2);
  expect(answer.message).toContain(`${path} was loaded by job ${loaded.answer.result.jobId}`);
  // All of them were saved: there is nothing to go on with.
  expect(answer.actions?.join() ?? '').not.toContain('job retry');
  expect(await bench.org.records('Account')).toHaveLength(2);
}, 60_000);

test('a file whose rows were retried is not inserted, and what goes on is said', async () => {
  await using bench = await openBench();
  const { path, jobId } = await fixedFile(bench);
  const retried = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(retried.code, JSON.stringify(retried.answer)).toBe(0);
  const { code, answer } = await bench.runJson<Answer>(...insert, '--file', path);
  expect(code).toBe(2);
  expect(answer.message).toContain(`The rows of ${path} were retried by job ${retried.answer.result.jobId}`);
  expect(await bench.org.records('Account')).toHaveLength(2);
}, 60_000);

test('rows of which none was saved when their file was loaded can still be retried', async () => {
  await using bench = await openBench();
  const { path, jobId } = await fixedFile(bench, false);
  expect((await bench.run(...insert, '--file', path)).code).toBe(68);
  const { code, answer } = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(code, JSON.stringify(answer)).toBe(68);
}, 60_000);

test('an upsert by a key is retried whatever has loaded its file: no row of it can be there twice', async () => {
  await using bench = await openBench();
  const upsert = ['upsert', '--sobject', 'Account', '--external-id', 'External_Id__c', '--no-preflight'];
  await writeFile(bench.file('a.csv'), `External_Id__c,Name\n1,Ada\n2,${tooLong}\n`);
  const first = await bench.runJson<Answer>(...upsert, '--file', 'a.csv');
  const path = first.answer.result.failedFilePath ?? '';
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.slice(0, text.lastIndexOf(tooLong)) + 'Bob\n');
  const loaded = await bench.runJson<Answer>(...upsert, '--file', path);
  expect(loaded.code, JSON.stringify(loaded.answer)).toBe(0);
  const retried = await bench.runJson<Answer>('job', 'retry', '--id', first.answer.result.jobId ?? '');
  expect(retried.code, JSON.stringify(retried.answer)).toBe(0);
  expect(await bench.org.records('Account')).toHaveLength(2);
}, 60_000);

test('rows are not retried that an unfinished load may be sending, or that an aborted one may have saved', async () => {
  await using bench = await openBench();
  const { path, jobId } = await fixedFile(bench);
  await interruptedAt(bench, 'ingest.close', [...insert, '--file', path]);
  const other = (await bench.org.jobs()).at(-1)?.id ?? '';
  const whileLoaded = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(whileLoaded.code).toBe(2);
  expect(whileLoaded.answer.message).toContain(`${path} is being loaded by job ${other}`);
  expect((await bench.run('job', 'abort', '--id', other)).code).toBe(0);
  const afterAbort = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(afterAbort.code, JSON.stringify(afterAbort.answer)).toBe(2);
  expect(afterAbort.answer.message).toContain(`${path} was loaded by job ${other}`);
  expect(afterAbort.answer.actions?.join()).toContain(`job results --id ${other}`);
}, 60_000);

test('rows are not retried before a load of their file that has sent nothing yet has ended', async () => {
  await using bench = await openBench();
  const { path, jobId } = await fixedFile(bench);
  await interruptedAt(bench, 'ingest.upload', [...insert, '--file', path]);
  const other = (await bench.org.jobs()).at(-1)?.id ?? '';
  const whileLoaded = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(whileLoaded.code).toBe(2);
  expect(whileLoaded.answer.message).toContain(`${path} is being loaded by job ${other}`);
  expect((await bench.run('job', 'abort', '--id', other)).code).toBe(0);
  const retried = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(retried.code, JSON.stringify(retried.answer)).toBe(0);
}, 60_000);

test('a dry run says what the load would be refused for', async () => {
  await using bench = await openBench();
  const { path, jobId } = await fixedFile(bench);
  expect((await bench.run('job', 'retry', '--id', jobId)).code).toBe(0);
  const { code, answer } = await bench.runJson<Answer>(...insert, '--file', path, '--dry-run');
  expect(code).toBe(2);
  expect(answer.message).toContain(`The rows of ${path} were retried by job`);
  // All of them were saved: there is nothing to go on with.
  expect(answer.actions?.join()).not.toContain('sf bulk2 job retry');
}, 60_000);

test('where the failed rows were loaded, a refused retry says how to load the unprocessed ones', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), `Name\nAda\n${tooLong}\nCy\n`);
  const limits = ['--max-rows-per-job', '2', '--concurrency', '1', '--max-failures', '0'];
  const { answer } = await bench.runJson<Answer>(...insert, '--file', 'a.csv', ...limits);
  const { jobId, failedFilePath, unprocessedFilePath } = answer.result;
  const path = failedFilePath ?? '';
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.slice(0, text.lastIndexOf(tooLong)) + 'Bob\n');
  expect((await bench.run(...insert, '--file', path)).code).toBe(0);
  const refused = await bench.runJson<Answer>('job', 'retry', '--id', jobId ?? '');
  expect(refused.code).toBe(2);
  expect(refused.answer.actions).toEqual([
    `Load the other rows: sf bulk2 insert --sobject Account --file ${unprocessedFilePath}`,
  ]);
}, 60_000);

/** A folder that takes no results any more. */
async function replaceByFile(bench: Bench, folder: string): Promise<void> {
  await rm(bench.file(folder), { recursive: true, force: true });
  await writeFile(bench.file(folder), 'in the way');
}

test('after a retry that was aborted without results, both ways are refused, and say how the rows that it has not saved are loaded', async () => {
  await using bench = await openBench();
  const { path, jobId } = await fixedFile(bench);
  await interruptedAt(bench, 'ingest.close', ['job', 'retry', '--id', jobId, '--results-dir', 'gone']);
  await replaceByFile(bench, 'gone');
  const retry = (await bench.org.jobs()).at(-1)?.id ?? '';
  expect((await bench.run('job', 'abort', '--id', retry)).code).toBe(0);
  const loaded = await bench.runJson<Answer>(...insert, '--file', path);
  expect(loaded.code).toBe(2);
  expect(loaded.answer.actions).toEqual([
    `See what it has saved: sf bulk2 job results --id ${retry}`,
    "Copy the rows that it hasn't saved into a file of another name, and load that: sf bulk2 insert --sobject Account --file FILE",
  ]);
  const again = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(again.code).toBe(2);
  expect(again.answer.actions?.at(-1)).toContain(
    `rows of ${path} that were never sent, copied into a file of another name`,
  );
  await writeFile(bench.file('rest.csv'), 'Name\nBob\n');
  expect((await bench.run(...insert, '--file', 'rest.csv')).code).toBe(0);
}, 60_000);

test('the results of a retry that was aborted without results say where the rows are that were never sent', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), `Name\n${tooLong}\n${tooLong}\n`);
  const onePerJob = ['--max-rows-per-job', '1', '--concurrency', '1'];
  const { answer } = await bench.runJson<Answer>(...insert, '--file', 'a.csv', ...onePerJob);
  const retry = ['job', 'retry', '--id', answer.result.jobId ?? '', '--results-dir', 'gone'];
  await interruptedAt(bench, 'ingest.create', retry, { nth: 2 });
  await replaceByFile(bench, 'gone');
  const jobId = (await bench.org.jobs()).at(-1)?.id ?? '';
  expect((await bench.run('job', 'abort', '--id', jobId)).code).toBe(0);
  const results = await bench.runJson<Answer>('job', 'results', '--id', jobId, '--results-dir', 'r');
  expect(results.code, JSON.stringify(results.answer)).toBe(68);
  const failed = answer.result.failedFilePath ?? '';
  expect(results.answer.warnings?.join()).toContain(`They are in ${failed}.`);
  const again = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(again.code).toBe(2);
  expect(again.answer.actions?.at(-1)).toContain(`rows of ${failed} that were never sent`);
}, 60_000);
