import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';

type Answer = { warnings?: string[]; result: LoadReport };

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account'];

async function benchWith(text: string): Promise<Bench> {
  const bench = await openBench();
  await writeFile(bench.file('a.csv'), text);
  return bench;
}

test.each([
  ['--async', "its results weren't collected yet"],
  ['--wait=5', '2 of them were saved'],
])(
  'the same insert after one with %s names that one, and inserts the rows',
  async (flag, what) => {
    await using bench = await benchWith('Name\nAda\nBob\n');
    const first = await bench.runJson<Answer>(...insert, flag);
    expect(first.answer.warnings ?? []).toEqual([]);
    const { code, answer } = await bench.runJson<Answer>(...insert, flag);
    expect(code, JSON.stringify(answer)).toBe(0);
    const told = answer.warnings?.join() ?? '';
    expect(told).toContain(
      `The same rows were inserted into Account before, by job ${first.answer.result.jobId ?? ''}`,
    );
    expect(told).toMatch(/started \d{4}-\d\d-\d\d \d\d:\d\d UTC; /);
    expect(told).toContain(`${what}. This insert creates them a second time.`);
    await expect.poll(async () => (await bench.org.records('Account')).length).toBe(4);
  },
  60_000,
);

test('an upsert of the same file, and an insert of another one, are not warned of', async () => {
  await using bench = await benchWith('External_Id__c,Name\nA-1,Ada\n');
  await bench.runJson(...insert);
  const upsert = ['upsert', '--file', 'a.csv', '--sobject', 'Account', '--external-id', 'External_Id__c'];
  const updated = await bench.runJson<Answer>(...upsert);
  expect(updated.answer.warnings ?? []).toEqual([]);
  await writeFile(bench.file('a.csv'), 'External_Id__c,Name\nA-2,Bob\n');
  expect((await bench.runJson<Answer>(...insert)).answer.warnings ?? []).toEqual([]);
});

test('an insert of which nothing was saved, or nothing was sent, is not warned of', async () => {
  await using bench = await benchWith(`Name\n${'x'.repeat(300)}\n`);
  expect((await bench.runJson(...insert, '--no-preflight')).code).toBe(68);
  const again = await bench.runJson<Answer>(...insert, '--no-preflight');
  expect(again.answer.warnings ?? []).toEqual([]);
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const id = await interruptedAt(bench, 'ingest.upload', insert);
  await bench.run('job', 'abort', '--id', id);
  expect((await bench.runJson<Answer>(...insert)).answer.warnings ?? []).toEqual([]);
}, 60_000);
