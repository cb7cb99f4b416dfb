import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';

type Answer = { message: string; actions?: string[]; warnings?: string[] };

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await writeFile(bench.file('a.csv'), old);
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const insert = ['insert', '--sobject', 'Account', '--file', 'a.csv'];
const old = 'Name\nAda\nBob\n';

const names = async (): Promise<unknown[]> =>
  (await bench.org.records('Account')).map(({ Name }) => Name).sort();

/** Interrupts an insert before it has closed a job, and loads other content of its file. @returns the job of the first */
async function replaced(content: string): Promise<string> {
  const jobId = await interruptedAt(bench, 'ingest.upload', insert);
  await writeFile(bench.file('a.csv'), content);
  const { code, stderr } = await bench.run(...insert, '--if-interrupted', 'resume');
  expect(code, stderr).toBe(0);
  await writeFile(bench.file('a.csv'), old);
  return jobId;
}

test('an interrupted insert is not resumed by its line after another one has sent other content of its file', async () => {
  const jobId = await replaced('Name\nAda\nDan\n');
  const { code, answer } = await bench.runJson<Answer>(...insert, '--if-interrupted', 'resume');
  expect(code, JSON.stringify(answer)).toBe(2);
  expect(answer.message).toMatch(
    /used some of these files since.*would be inserted twice. Nothing was sent/s,
  );
  expect(answer.actions?.join('\n')).toMatch(
    new RegExp(`job abort --id ${jobId}.*job resume --id ${jobId}`, 's'),
  );
  expect(await names()).toEqual(['Ada', 'Dan']);
  expect((await bench.run('job', 'abort', '--id', jobId)).code).toBe(0);
  expect((await bench.run(...insert, '--if-interrupted', 'resume')).code).toBe(0);
});

test('job resume of it says that rows which are in both are inserted twice', async () => {
  const jobId = await replaced('Name\nAda\nDan\n');
  const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.warnings?.join()).toMatch(/used some of these files since.*are inserted twice/s);
  expect(await names()).toEqual(['Ada', 'Ada', 'Bob', 'Dan']);
});

test('an insert that another one of its file came before is resumed without a word of it', async () => {
  await writeFile(bench.file('a.csv'), 'Name\nDan\n');
  expect((await bench.run(...insert)).code).toBe(0);
  await writeFile(bench.file('a.csv'), old);
  await interruptedAt(bench, 'ingest.upload', insert);
  const { code, answer } = await bench.runJson<Answer>(...insert, '--if-interrupted', 'resume');
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.warnings?.join()).not.toContain('inserted twice');
  expect(await names()).toEqual(['Ada', 'Bob', 'Dan']);
});
