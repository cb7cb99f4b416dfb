import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';

type Answer = { message: string; actions?: string[]; warnings?: string[]; result: LoadReport };

const german = ['--decimal-separator', ',', '--date-format', 'd.M.yyyy'];
const shipment = ['--sobject', 'Shipment__c', '--results-dir', 'o'];

async function change(path: string | null, edit: (text: string) => string): Promise<void> {
  await writeFile(path ?? '', edit(await readFile(path ?? '', 'utf8')));
}

async function insert(bench: Bench, file: string | null, ...flags: string[]) {
  const { code, answer } = await bench.runJson<Answer>('insert', '--file', file ?? '', ...flags);
  return { code, answer, text: JSON.stringify(answer) };
}

test('numbers of a failed-records file are not converted twice, and are saved as they were meant', async () => {
  await using bench = await openBench();
  await writeFile(
    bench.file('a.csv'),
    'Tracking_Number__c,Weight_Kg__c,Ship_Date__c\nA,"1,5",9.9.26\nB,"1,125",9.9.26\nC,"1,5",9.9.2026\n',
  );
  const first = await insert(bench, 'a.csv', ...shipment, ...german, '--set-aside-invalid');
  expect(first.code, first.text).toBe(68);
  const failed = first.answer.result.failedFilePath;
  await change(failed, (text) => text.replaceAll(/9\.9\.26$/gm, '9.9.2026'));
  const again = await insert(bench, failed, ...shipment, ...german);
  expect(again.code, again.text).toBe(2);
  expect(again.answer.message).toContain('Write 1,125 or 1125, or leave the flag out.');
  await change(failed, (text) => text.replace(/,"?1\.125"?,/, ',"1,125",'));
  const last = await insert(bench, failed, ...shipment, ...german);
  expect(last.code, last.text).toBe(0);
  const weights = (await bench.org.records('Shipment__c')).map((each) => [
    each.Tracking_Number__c,
    Number(each.Weight_Kg__c),
  ]);
  expect(weights.sort()).toEqual([
    ['A', 1.5],
    ['B', 1.125],
    ['C', 1.5],
  ]);
}, 60_000);

test('a number that a load with decimal commas could not read is not sent by a load of its failed-records file before it was changed', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Tracking_Number__c,Weight_Kg__c\nA,"1,5"\nB,1.23\nC,x\nD,1.25\n');
  const first = await insert(bench, 'a.csv', ...shipment, ...german, '--set-aside-invalid');
  expect(first.code, first.text).toBe(68);
  const failed = first.answer.result.failedFilePath;
  await change(failed, (text) => text.replace(/,x$/m, ',1.5'));
  const again = await insert(bench, failed, ...shipment, ...german);
  expect(again.code, again.text).toBe(2);
  expect(again.answer.message).toContain('"1.23" is not a number with "," before its decimals.');
  await change(failed, (text) => text.replace(/,1\.23$/m, ',"1,23"').replace(/,1\.25$/m, ',1.75'));
  const last = await insert(bench, failed, ...shipment, ...german);
  expect(last.code, last.text).toBe(0);
  const weights = (await bench.org.records('Shipment__c')).map((each) => Number(each.Weight_Kg__c));
  expect(weights.sort()).toEqual([1.23, 1.5, 1.5, 1.75]);
}, 60_000);

test('a row with too many cells stays failed until its cells are written, and is never there twice', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name,NumberOfEmployees\nAda,1\nBob,x\nCyd,5,6\n');
  const flags = ['--sobject', 'Account', '--results-dir', 'o'];
  const first = await insert(bench, 'a.csv', ...flags, '--set-aside-invalid');
  expect(first.code, first.text).toBe(68);
  const { failedFilePath, jobId } = first.answer.result;
  await change(failedFilePath, (text) => text.replace('Bob,x', 'Bob,2'));
  const retry = await bench.runJson<Answer>('job', 'retry', '--id', jobId ?? '');
  expect(retry.code, JSON.stringify(retry.answer)).toBe(68);
  expect(retry.answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
  await change(failedFilePath, (text) => text.replace(/,a\.csv,3,,/, ',a.csv,3,Cyd,5'));
  const loaded = await insert(bench, failedFilePath, ...flags);
  expect(loaded.code, loaded.text).toBe(2);
  expect(loaded.answer.actions?.join()).toContain(`job retry --id ${retry.answer.result.jobId}`);
  await rm(failedFilePath ?? '');
  await change(retry.answer.result.failedFilePath, (text) => text.replace(/,a\.csv,3,,/, ',a.csv,3,Cyd,5'));
  const last = await bench.runJson<Answer>('job', 'retry', '--id', retry.answer.result.jobId ?? '');
  expect(last.code, JSON.stringify(last.answer)).toBe(0);
  expect((await bench.org.records('Account')).map(({ Name }) => Name).sort()).toEqual(['Ada', 'Bob', 'Cyd']);
}, 60_000);

test('an unprocessed-records file under another name is not converted twice, if it is as its load wrote it', async () => {
  await using bench = await openBench();
  const tooLong = 'x'.repeat(300);
  await writeFile(bench.file('a.csv'), `Tracking_Number__c,Weight_Kg__c\n${tooLong},1\nB,"1,125"\n`);
  const flags = ['--no-preflight', '--max-failures', '0', '--max-rows-per-job', '1', '--concurrency', '1'];
  const first = await insert(bench, 'a.csv', ...shipment, ...german, ...flags);
  expect(first.code, first.text).toBe(68);
  await copyFile(first.answer.result.unprocessedFilePath ?? '', bench.file('left.csv'));
  for (const more of [[], ['--dry-run']]) {
    const { code, answer, text } = await insert(bench, 'left.csv', ...shipment, ...german, ...more);
    expect(code, text).toBe(2);
    expect(answer.message).toContain(`job ${first.answer.result.jobId} has converted`);
  }
  const last = await insert(bench, 'left.csv', ...shipment);
  expect(last.code, last.text).toBe(0);
  expect((await bench.org.records('Shipment__c')).map((each) => Number(each.Weight_Kg__c))).toEqual([1.125]);
}, 60_000);
