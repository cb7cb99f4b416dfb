import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';

const upsert = ['upsert', '--file', 'a.csv', '--sobject', 'Account', '--external-id', 'External_Id__c'];

async function rows(bench: Bench, ...lines: string[]): Promise<void> {
  await writeFile(bench.file('a.csv'), ['External_Id__c,Name', ...lines, ''].join('\n'));
}

test('an upsert ends with what was created and what was updated, rate, requests and labelled files', async () => {
  await using bench = await openBench();
  await rows(bench, 'e-1,One');
  expect((await bench.run(...upsert)).code).toBe(0);
  await rows(bench, 'e-1,One', 'e-2,Two', 'e-3,Three');
  const { code, stdout } = await bench.run(...upsert);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^upsert Account: 3 rows succeeded \(2 created, 1 updated\), 0 failed, 0 unprocessed, in .+ \(\d+ rows\/s, \d+ API requests\)\.$/m,
  );
  expect(stdout).toMatch(/^Successful records: +\/.*-success-records\.csv$/m);
  expect(stdout).not.toContain('Next steps');
});

test('the JSON of an upsert has how many were created, over all jobs and retries', async () => {
  await using bench = await openBench();
  await rows(bench, 'e-1,One', 'e-2,Two', 'e-3,Three');
  const { answer } = await bench.runJson<{ result: LoadReport }>(...upsert, '--max-rows-per-job', '2');
  expect(answer.result).toMatchObject({ successfulRecords: 3, createdRecords: 3 });
  const again = await bench.runJson<{ result: LoadReport }>(...upsert);
  expect(again.answer.result).toMatchObject({ successfulRecords: 3, createdRecords: 0 });
});

test('after failures the next steps are commands that run as printed', async () => {
  await using bench = await openBench();
  await rows(bench, 'e-1,One', `e-2,${'x'.repeat(300)}`, `e-3,${'y'.repeat(300)}`);
  const { code, stdout } = await bench.run(...upsert, '--no-preflight');
  expect(code).toBe(68);
  // The first failing row of the input, whatever the order of the results.
  expect(stdout).toContain('a.csv row 2');
  expect(stdout).toMatch(/^Failed records: +\/.*-failed-records\.csv$/m);
  const steps = stdout.slice(stdout.indexOf('Next steps:'));
  const commands = [...steps.matchAll(/^ {4}sf bulk2 (.+)$/gm)].map(([, words = '']) => words.split(' '));
  expect(commands).toHaveLength(2);
  const codes = [];
  for (const words of commands) codes.push((await bench.run(...words)).code);
  expect(codes).toEqual([68, 0]);
});
