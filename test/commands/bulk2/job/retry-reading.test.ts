import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { editFailed, retryOf, type RetryAnswer } from '../../../support/retried-load.ts';

const german = ['--decimal-separator', ',', '--date-format', 'dd.MM.yyyy'];

async function load(bench: Bench, name: string, content: string, ...more: string[]): Promise<LoadReport> {
  await writeFile(bench.file(name), content);
  const flags = [
    '--file',
    name,
    '--sobject',
    'Shipment__c',
    '--results-dir',
    'o',
    '--set-aside-invalid',
    ...more,
  ];
  const { code, answer } = await bench.runJson<RetryAnswer>('insert', ...flags);
  expect(code, JSON.stringify(answer)).toBe(68);
  return answer.result;
}

async function weightsOf(bench: Bench): Promise<unknown[]> {
  const records = await bench.org.records('Shipment__c');
  return records.map(({ Tracking_Number__c: name, Weight_Kg__c: weight }) => `${name} ${weight}`).sort();
}

const header = 'Tracking_Number__c;Weight_Kg__c;Ship_Date__c\n';
const json = (...weights: string[]): string =>
  JSON.stringify(weights.map((weight, at) => ({ Tracking_Number__c: 'ABC'[at], Weight_Kg__c: weight })));
const mapped = [...german, '--map', 'Weight=Weight_Kg__c'];

test.each([
  ['a.csv', `${header}A;1,5;09.09.2026\nB;1.23;09.09.2026\nC;1.2345;09.09.2026\n`, german],
  ['mapped.csv', 'Tracking_Number__c;Weight\nA;1,5\nB;1.23\nC;1.2345\n', mapped],
  ['a.json', json('1,5', '1.23', '1.2345'), german],
])(
  'a number that the load could not read is not sent by a retry that finds it unchanged: %s',
  async (...input) => {
    const [name, content, flags] = input;
    await using bench = await openBench();
    const loaded = await load(bench, name, content, ...flags);
    const unchanged = await retryOf(bench, loaded);
    expect(unchanged.code, JSON.stringify(unchanged.answer)).toBe(2);
    expect(unchanged.answer.message).toContain('2 of 2 rows are still invalid');
    await editFailed(loaded, (text) => text.replace(/1\.23(?=[;\n])/, name === 'a.json' ? '"1,23"' : '1,23'));
    const partly = await retryOf(bench, loaded);
    expect(partly.code, JSON.stringify(partly.answer)).toBe(68);
    expect(partly.answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
    const failed = await readFile(partly.answer.result.failedFilePath ?? '', 'utf8');
    expect(failed).toContain(
      'NOT_SENT: Weight_Kg__c: ""1.2345"" is not a number with "","" before its decimals.',
    );
    expect((await retryOf(bench, partly.answer.result)).code).toBe(2);
    await editFailed(partly.answer.result, (text) => text.replace(/1\.2345(?=[;\n]|$)/m, '1.25'));
    const last = await retryOf(bench, partly.answer.result);
    expect(last.code, JSON.stringify(last.answer)).toBe(0);
    expect(await weightsOf(bench)).toEqual(['A 1.5', 'B 1.23', 'C 1.25']);
  },
  60_000,
);

test('a checkbox of a record that had 1 is not sent by a retry before somebody has written what is meant', async () => {
  await using bench = await openBench();
  const records = [true, 1].map((value, at) => ({ Tracking_Number__c: 'AB'[at], Fragile__c: value }));
  const loaded = await load(bench, 'a.json', JSON.stringify(records));
  const unchanged = await retryOf(bench, loaded);
  expect(unchanged.code, JSON.stringify(unchanged.answer)).toBe(2);
  await editFailed(loaded, (text) => text.replace(/,1\n/, ',true\n'));
  expect((await retryOf(bench, loaded)).code).toBe(0);
}, 60_000);

test('a number that a person has written for an unread one, and that may be two, is not sent by a retry before it is one', async () => {
  await using bench = await openBench();
  const rows = 'A;1,5\nB;x\nC;1.234\nD;y\nE;1,125\n';
  const loaded = await load(bench, 'a.csv', `Tracking_Number__c;Weight_Kg__c\n${rows}`, ...german);
  await editFailed(loaded, (text) => text.replace(/;x$/m, ';1.234').replace(/;y$/m, ';2,125'));
  const partly = await retryOf(bench, loaded);
  expect(partly.code, JSON.stringify(partly.answer)).toBe(68);
  expect(partly.answer.warnings?.join()).toContain('1 of 2 rows is still invalid');
  expect(partly.answer.warnings?.join()).not.toContain('are sent as they are');
  const next = partly.answer.result;
  expect(await readFile(next.failedFilePath ?? '', 'utf8')).toContain('Write 1234 or 1,234.');
  expect((await retryOf(bench, next)).code).toBe(2);
  await editFailed(next, (text) => text.replace(/;1\.234$/m, ';1,234'));
  const last = await retryOf(bench, next);
  expect(last.code, JSON.stringify(last.answer)).toBe(0);
  expect(await weightsOf(bench)).toEqual(['A 1.5', 'B 1.234', 'C 1234', 'D 2.125', 'E 1.125']);
}, 60_000);

test('a retry says how a value has to be written by the flags of its load, and names no flag', async () => {
  await using bench = await openBench();
  const loaded = await load(
    bench,
    'a.csv',
    `${header}A;1,5;09.09.2026\nB;x;09.09.2026\nC;2,5;2026/09/09\n`,
    ...german,
  );
  await editFailed(loaded, (text) => text.replace(/2026\/09\/09$/m, '9.9.2026'));
  const { code, answer } = await retryOf(bench, loaded);
  expect(code, JSON.stringify(answer)).toBe(2);
  expect(answer.message).toContain('Weight_Kg__c: "x" is not a number with "," before its decimals.');
  expect(answer.message).toContain('Ship_Date__c: "9.9.2026" is not a valid date of the form dd.MM.yyyy');
  expect(answer.message).not.toContain('--date-format');
}, 60_000);
