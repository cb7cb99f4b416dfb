import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';

type Answer = { message: string; actions?: string[]; warnings?: string[]; result: LoadReport };

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account'];
const invalid = 'Name,NumberOfEmployees\nAda,1\nBob,x\n';

async function lockBob(bench: Bench): Promise<void> {
  const action = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 1 } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
}

test('results of a load go into its own folder where none is named, and files of it that are there stay as they are', async () => {
  await using bench = await openBench();
  await lockBob(bench);
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const load = await bench.runJson<Answer>(...insert, '--results-dir', 'o');
  const { successFilePath, failedFilePath, jobId } = load.answer.result;
  await rm(successFilePath ?? '');
  await writeFile(failedFilePath ?? '', 'fixed\n');
  const { code, answer } = await bench.runJson<Answer>('job', 'results', '--id', jobId ?? '');
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successFilePath, failedFilePath });
  expect(await readFile(successFilePath ?? '', 'utf8')).toContain('Ada');
  expect(await readFile(failedFilePath ?? '', 'utf8')).toBe('fixed\n');
  expect(await readdir(bench.file('o'))).toHaveLength(2);
}, 60_000);

test('rows that were set aside are in the failed file of results once more, where the input is unchanged with all places', async () => {
  await using bench = await openBench();
  await lockBob(bench);
  await writeFile(bench.file('a.csv'), 'Name,NumberOfEmployees\nAda,1\nEve,x\nBob,2\nCyd,y\n');
  const load = await bench.runJson<Answer>(...insert, '--set-aside-invalid', '--results-dir', 'o');
  const { failedFilePath, jobId } = load.answer.result;
  const written = await readFile(failedFilePath ?? '', 'utf8');
  const { code, answer } = await bench.runJson<Answer>(
    ...['job', 'results', '--id', jobId ?? '', '--results-dir', 'again'],
  );
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 3, unprocessedRecords: 0 });
  expect(answer.result).not.toHaveProperty('setAsideRecords');
  expect(await readFile(answer.result.failedFilePath ?? '', 'utf8')).toBe(written);
  expect(written).toMatch(/Bob|UNABLE_TO_LOCK_ROW/);
  expect(written).toMatch(/NOT_SENT.*,a\.csv,4,Cyd,y/);
  expect(answer.warnings ?? []).toEqual([]);
  const shown = await bench.run('job', 'results', '--id', jobId ?? '', '--results-dir', 'third');
  expect(shown.stdout).toContain('Then retry 3 rows:');
  const retry = await bench.runJson<Answer>(
    ...['job', 'retry', '--id', jobId ?? '', '--failed-file', answer.result.failedFilePath ?? ''],
  );
  expect(retry.answer.result, JSON.stringify(retry.answer)).toMatchObject({ successfulRecords: 1 });
}, 60_000);

test('rows that were set aside come from the load where its input has changed, which is said of the others', async () => {
  await using bench = await openBench();
  await lockBob(bench);
  await writeFile(bench.file('a.csv'), 'Name,NumberOfEmployees\nAda,1\nEve,x\nBob,2\n');
  const load = await bench.runJson<Answer>(...insert, '--set-aside-invalid');
  await writeFile(bench.file('a.csv'), 'Name\nEve\n');
  const args = ['job', 'results', '--id', load.answer.result.jobId ?? '', '--results-dir', 'again'];
  const { code, answer } = await bench.runJson<Answer>(...args);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 2 });
  const failed = await readFile(answer.result.failedFilePath ?? '', 'utf8');
  expect(failed).toMatch(/NOT_SENT.*,a\.csv,2,Eve,x/);
  expect(failed).toMatch(/UNABLE_TO_LOCK_ROW.*,,,"Bob","2"/);
  expect(answer.warnings?.join()).toContain("The bytes that were loaded from a.csv aren't there any more.");
}, 60_000);

test('failed rows of an input that was converted have their places in results once more', async () => {
  await using bench = await openBench();
  await lockBob(bench);
  await writeFile(bench.file('a.csv'), Buffer.from('Firma;Ort\nAda;K\xf6ln\nBob;Ulm\n', 'latin1'));
  const map = ['--map', 'Firma=Name', '--map', 'Ort=BillingCity', '--encoding', 'windows-1252'];
  const load = await bench.runJson<Answer>(...insert, ...map, '--keep-columns', '--results-dir', 'o');
  const { successFilePath, failedFilePath, jobId } = load.answer.result;
  const args = ['job', 'results', '--id', jobId ?? '', '--results-dir', 'again'];
  const { answer } = await bench.runJson<Answer>(...args);
  expect(answer.warnings ?? [], JSON.stringify(answer)).toEqual([]);
  const [success, failed] = await Promise.all(
    [answer.result.successFilePath, answer.result.failedFilePath].map((path) => readFile(path ?? '', 'utf8')),
  );
  expect(success).toBe(await readFile(successFilePath ?? '', 'utf8'));
  expect(failed).toBe(await readFile(failedFilePath ?? '', 'utf8'));
}, 60_000);

test('the results of a finished load leave nothing of its input behind', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), invalid);
  const load = await bench.runJson<Answer>(...insert, '--set-aside-invalid');
  const jobId = load.answer.result.jobId ?? '';
  const runs = join(bench.env.HOME ?? '', '.sf', 'bulk2', 'runs');
  const before = await readdir(runs);
  expect(before).toContainEqual(expect.stringMatching(/set-aside\.csv$/));
  await bench.runJson<Answer>('job', 'results', '--id', jobId, '--results-dir', 'again');
  const added = (await readdir(runs)).filter((name) => !before.includes(name));
  expect(added).toEqual([expect.stringMatching(/left-anew$/)]);
}, 60_000);

test('the JSON of results names the load that has retried their rows', async () => {
  await using bench = await openBench();
  await lockBob(bench);
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const load = await bench.runJson<Answer>(...insert);
  const id = load.answer.result.jobId ?? '';
  const retry = await bench.runJson<Answer>('job', 'retry', '--id', id);
  const { answer } = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', 'r');
  expect(answer.result).toMatchObject({ failedRecords: 1, retriedByJobId: retry.answer.result.jobId });
}, 60_000);

test('where a file stands in the way of the results of a finished load, no resume is named', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const load = await bench.runJson<Answer>(...insert);
  const id = load.answer.result.jobId ?? '';
  const again = ['job', 'results', '--id', id, '--results-dir', 'r'];
  expect((await bench.runJson(...again)).code).toBe(0);
  await rm(load.answer.result.successFilePath ?? '');
  const { code, answer } = await bench.runJson<Answer>(...again);
  expect(code).not.toBe(0);
  expect(answer.message).toContain('already exists, and is not replaced');
  expect(answer.actions?.join()).toContain('--results-dir FOLDER');
  expect(answer.actions?.join()).not.toContain('job resume');
}, 60_000);

test('an abort of a load whose jobs have all finished says so, with one command for all results', async () => {
  await using bench = await openBench();
  await lockBob(bench);
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const load = await bench.runJson<Answer>(...insert, '--async');
  const id = load.answer.result.jobId ?? '';
  await expect.poll(async () => (await bench.org.jobs())[0]?.state).toBe('JobComplete');
  const { stdout } = await bench.run('job', 'abort', '--id', id);
  expect(stdout).toContain(`All jobs of the load ${id} had finished`);
  expect(stdout).toContain(`sf bulk2 job results --id ${id}`);
  // What the abort has heard of its jobs is known from then on.
  const status = await bench.run('job', 'report', '--id', id, '--output-file', 'report.html');
  expect(status.code, status.stderr).toBe(0);
  const page = (await readFile(bench.file('report.html'), 'utf8')).replaceAll(/<[^>]+>/g, ' ');
  expect(page).toMatch(/JobComplete/);
  expect(page).not.toMatch(/UploadComplete/);
}, 60_000);

test('results of a load in the folder that it has by another path leave its resume as it is', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const load = await bench.runJson<Answer>(...insert, '--async', '--results-dir', 'o');
  const id = load.answer.result.jobId ?? '';
  await mkdir(bench.file('o'), { recursive: true });
  await symlink(bench.file('o'), bench.file('link'), 'junction');
  await expect.poll(async () => (await bench.org.jobs())[0]?.state).toBe('JobComplete');
  const shown = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', 'link');
  expect(shown.code, JSON.stringify(shown.answer)).toBe(0);
  const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--id', id);
  expect(code, JSON.stringify(answer)).toBe(0);
}, 60_000);
