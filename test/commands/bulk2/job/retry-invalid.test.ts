import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { editFailed, retryOf, type RetryAnswer } from '../../../support/retried-load.ts';

const text = 'Name,NumberOfEmployees\nAda,1\nEve,x\nBob,y\nCyd,z\n';

async function load(bench: Bench, content: string, ...more: string[]): Promise<LoadReport> {
  await writeFile(bench.file('a.csv'), content);
  const flags = ['--file', 'a.csv', '--sobject', 'Account', '--results-dir', 'o', ...more];
  const { code, answer } = await bench.runJson<RetryAnswer>('insert', ...flags);
  expect(code, JSON.stringify(answer)).toBe(68);
  return answer.result;
}

async function namesOf(bench: Bench): Promise<unknown[]> {
  return (await bench.org.records('Account')).map(({ Name }) => Name).sort();
}

test('rows that were set aside and are still invalid are not sent by a retry, and are in its failed file with their places', async () => {
  await using bench = await openBench();
  const loaded = await load(bench, text, '--set-aside-invalid');
  await editFailed(loaded, (rows) => rows.replace('Eve,x', 'Eve,2'));
  const { code, answer } = await retryOf(bench, loaded);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 2, unprocessedRecords: 0 });
  expect(answer.warnings?.join()).toContain(
    '2 of 3 rows are still invalid: they are not sent, and stay failed.',
  );
  const failed = await readFile(answer.result.failedFilePath ?? '', 'utf8');
  expect(failed).toMatch(/NOT_SENT: NumberOfEmployees: ""y"" is not a number\..*,a\.csv,3,Bob,y\n/);
  expect(failed).toMatch(/,a\.csv,4,Cyd,z\n/);
  expect(await namesOf(bench)).toEqual(['Ada', 'Eve']);
  await editFailed(answer.result, (rows) => rows.replace('Bob,y', 'Bob,3').replace('Cyd,z', 'Cyd,4'));
  const last = await retryOf(bench, answer.result);
  expect(last.code, JSON.stringify(last.answer)).toBe(0);
  expect(await namesOf(bench)).toEqual(['Ada', 'Bob', 'Cyd', 'Eve']);
}, 60_000);

test('a retry has all rows in one job where the load had a single row to send, and set aside the others', async () => {
  await using bench = await openBench();
  const loaded = await load(bench, text, '--set-aside-invalid');
  await editFailed(loaded, (rows) => rows.replace(',x', ',1').replace(',y', ',1').replace(',z', ',1'));
  const { code, answer } = await retryOf(bench, loaded);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect((await bench.org.jobs()).map(({ processed }) => processed)).toEqual([1, 3]);
}, 60_000);

test('a retry whose rows are all still invalid sends nothing, says why, and leaves the load to be retried', async () => {
  await using bench = await openBench();
  const loaded = await load(bench, text, '--set-aside-invalid');
  const { code, answer } = await retryOf(bench, loaded);
  expect(code, JSON.stringify(answer)).toBe(2);
  expect(answer.message).toMatch(
    /Nothing was sent.*3 of 3 rows are still invalid.*Row 1, NumberOfEmployees: "x"/,
  );
  expect(await bench.org.jobs()).toHaveLength(1);
  await editFailed(loaded, (rows) => rows.replace(',x', ',1').replace(',y', ',1').replace(',z', ',1'));
  expect((await retryOf(bench, loaded)).code).toBe(0);
}, 60_000);

test('a retry of a load that was to refuse invalid rows refuses one that was made invalid since, and names the cell', async () => {
  await using bench = await openBench();
  const action = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 1 } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
  const loaded = await load(bench, 'Name,NumberOfEmployees\nAda,1\nBob,2\n');
  await editFailed(loaded, (rows) => rows.replace('Bob,2', 'Bob,two'));
  const { code, answer } = await retryOf(bench, loaded);
  expect(code, JSON.stringify(answer)).toBe(2);
  expect(answer.message).toContain('NumberOfEmployees');
  expect(answer.message).toContain('"two" is not a number');
  expect(answer.actions?.join()).toContain('Fix these rows');
  expect(await bench.org.jobs()).toHaveLength(1);
}, 60_000);

test('a retry of a load without checks sends its rows as they are', async () => {
  await using bench = await openBench();
  const loaded = await load(bench, text, '--no-preflight');
  const { code, answer } = await retryOf(bench, loaded);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ failedRecords: 3 });
  expect(await bench.org.jobs()).toHaveLength(2);
}, 60_000);

test('a set-aside row without values stays failed in a retry, with its text in the reason, and the retry ends with 68', async () => {
  await using bench = await openBench();
  await writeFile(
    bench.file('a.ndjson'),
    '{"Name":"Ada"}\n{"Name":"Bob"\n{"Name":"Cyd","NumberOfEmployees":"x"}\n',
  );
  const flags = ['--file', 'a.ndjson', '--sobject', 'Account', '--set-aside-invalid'];
  const { answer: loaded } = await bench.runJson<RetryAnswer>('insert', ...flags);
  expect(loaded.result, JSON.stringify(loaded)).toMatchObject({ successfulRecords: 1, failedRecords: 2 });
  await editFailed(loaded.result, (rows) => rows.replace('Cyd,x', 'Cyd,1'));
  const { code, answer } = await retryOf(bench, loaded.result);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
  expect(answer.warnings?.join()).toContain('1 of 2 rows has no values: it is not sent, and stays failed.');
  expect(await readFile(answer.result.failedFilePath ?? '', 'utf8')).toMatch(
    /NOT_SENT: .*""Bob"".*,a\.ndjson,2,/,
  );
}, 60_000);

test('rows that a person has removed from the file are left out, and the others decide how the retry ends', async () => {
  await using bench = await openBench();
  const loaded = await load(bench, text, '--set-aside-invalid');
  await editFailed(loaded, (rows) => rows.replace(/.*Bob.*\n.*Cyd.*\n/, '').replace('Eve,x', 'Eve,2'));
  const { code, answer } = await retryOf(bench, loaded);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.warnings?.join()).toContain('2 of 3 failed rows');
}, 60_000);

test('the header of another file that a load has set aside is set aside again', async () => {
  await using bench = await openBench();
  const loaded = await load(bench, 'Name,Site\nAda,a\nName,Site\n', '--set-aside-invalid');
  const { code, answer } = await retryOf(bench, loaded);
  expect(code, JSON.stringify(answer)).toBe(2);
  expect(answer.message).toContain('This is the header again');
  expect(await namesOf(bench)).toEqual(['Ada']);
}, 60_000);
