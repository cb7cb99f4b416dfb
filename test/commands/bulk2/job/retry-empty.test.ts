import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { RetryReport } from '../../../../src/cli/job/retry-command.js';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';

type Answer = { message: string; warnings?: string[]; result: LoadReport & RetryReport };

const flags = ['--sobject', 'Account', '--external-id', 'External_Id__c', '--results-dir', 'o'];

async function upsert(bench: Bench, name: string, content: string, ...more: string[]): Promise<LoadReport> {
  await writeFile(bench.file(name), content);
  const { answer } = await bench.runJson<Answer>('upsert', '--file', name, ...flags, ...more);
  return answer.result;
}

async function retry(bench: Bench, { jobId, failedFilePath }: LoadReport, change: (text: string) => string) {
  const path = failedFilePath ?? '';
  await writeFile(path, change(await readFile(path, 'utf8')));
  const { code, answer } = await bench.runJson<Answer>('job', 'retry', '--id', jobId ?? '');
  return { code, result: answer.result, text: JSON.stringify(answer) };
}

async function accountsOf(bench: Bench): Promise<unknown[]> {
  const records = await bench.org.records('Account');
  return records
    .filter(({ External_Id__c }) => External_Id__c !== 'C')
    .map(({ External_Id__c, Site, Phone }) => [External_Id__c, Site ?? null, Phone ?? null])
    .sort();
}

const clearing = ['--empty-as-null', '--set-aside-invalid'];
const before = 'External_Id__c,Name,Site,Phone\nA,a,s,1\nB,b,s,2\n';

test('a cell that was emptied while its row was fixed clears the field, as in the load, and so in a second retry', async () => {
  await using bench = await openBench();
  await upsert(bench, 'a.csv', before);
  const rows = 'External_Id__c,Name,Site,NumberOfEmployees\nC,c,s,1\nA,a,s,x\nB,b,s,y\n';
  const loaded = await upsert(bench, 'b.csv', rows, ...clearing);
  const first = await retry(bench, loaded, (text) => text.replace('A,a,s,x', 'A,a,,1'));
  expect(first.code, first.text).toBe(68);
  expect(await accountsOf(bench)).toEqual([
    ['A', null, '1'],
    ['B', 's', '2'],
  ]);
  const second = await retry(bench, first.result, (text) => text.replace('B,b,s,y', 'B,b,,2'));
  expect(second.code, second.text).toBe(0);
  expect(await accountsOf(bench)).toEqual([
    ['A', null, '1'],
    ['B', null, '2'],
  ]);
}, 60_000);

test('empty cells of a column that was added to the file clear nothing, in no retry', async () => {
  await using bench = await openBench();
  await upsert(bench, 'a.csv', before);
  const loaded = await upsert(
    bench,
    'b.csv',
    'External_Id__c,Name,NumberOfEmployees\nC,c,1\nA,a,x\nB,b,y\n',
    ...clearing,
  );
  const first = await retry(bench, loaded, (text) =>
    text
      .replace('NumberOfEmployees\n', 'NumberOfEmployees,Phone\n')
      .replace('A,a,x', 'A,a,1,')
      .replace('B,b,y', 'B,b,y,'),
  );
  expect(first.code, first.text).toBe(68);
  const second = await retry(bench, first.result, (text) => text.replace('B,b,y', 'B,b,2'));
  expect(second.code, second.text).toBe(0);
  expect(await accountsOf(bench)).toEqual([
    ['A', 's', '1'],
    ['B', 's', '2'],
  ]);
}, 60_000);

test.each([
  ['a load without the flag', 'b.csv', 'External_Id__c,Name,Site,NumberOfEmployees\nC,c,s,1\nA,a,s,x\n', []],
  [
    'a load of records, which need not have every field',
    'b.ndjson',
    '{"External_Id__c":"C","Name":"c"}\n{"External_Id__c":"A","Name":"a","Site":"s","NumberOfEmployees":"x"}\n',
    ['--empty-as-null'],
  ],
])(
  'an emptied cell leaves the field alone in a retry of %s',
  async (_, name, content, more) => {
    await using bench = await openBench();
    await upsert(bench, 'a.csv', before);
    const loaded = await upsert(bench, name, content, ...more, '--set-aside-invalid');
    const { code, text } = await retry(bench, loaded, (rows) => rows.replace('A,a,s,x', 'A,a,,1'));
    expect(code, text).toBe(0);
    expect(await accountsOf(bench)).toContainEqual(['A', 's', '1']);
    expect(text.includes('write #N/A to clear one')).toBe(more.length > 0);
  },
  60_000,
);
