import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';

type Answer = { message: string; actions?: string[]; warnings?: string[]; result: LoadReport };

const onePerJob = ['--max-rows-per-job', '1', '--concurrency', '1'];

async function namesOf(bench: Bench): Promise<unknown[]> {
  return (await bench.org.records('Account')).map(({ Name }) => Name).sort();
}

/** A load whose three rows have failed, and whose retry was interrupted behind its first job. @returns its id, and the retry's */
async function interruptedRetry(bench: Bench): Promise<{ load: string; retry: string }> {
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\nCyd\n');
  const values = ['Ada', 'Bob', 'Cyd'];
  const action = { kind: 'lock-rows', column: 'Name', values, tries: 1 } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
  const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--results-dir', 'o', ...onePerJob];
  const { answer } = await bench.runJson<Answer>(...insert);
  const load = answer.result.jobId ?? '';
  await interruptedAt(bench, 'ingest.create', ['job', 'retry', '--id', load, '--results-dir', 'r'], {
    nth: 2,
  });
  return { load, retry: (await bench.org.jobs())[3]?.id ?? '' };
}

test('rows that an aborted retry has not sent are in its unprocessed-records file, and are retried from there', async () => {
  await using bench = await openBench();
  const { load, retry } = await interruptedRetry(bench);
  const aborted = await bench.run('job', 'abort', '--id', retry);
  expect(aborted.code, aborted.stderr).toBe(0);
  expect(aborted.stdout).toContain(`The retry ${retry} was aborted. Rows that it hasn't sent are in`);
  expect(await readFile(bench.file(`r/${retry}-unprocessed-records.csv`), 'utf8')).toMatch(
    /^Name\nBob\nCyd\n$/,
  );
  const refused = await bench.runJson<Answer>('job', 'retry', '--id', load);
  expect(refused.answer.actions?.join()).toContain(`sf bulk2 job retry --id ${retry}`);
  const { code, answer } = await bench.runJson<Answer>(
    'job',
    'retry',
    '--id',
    retry,
    '--results-dir',
    'last',
  );
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result.successFilePath).toBe(
    bench.file(`last/${answer.result.jobId ?? ''}-success-records.csv`),
  );
  expect(await namesOf(bench)).toEqual(['Ada', 'Bob', 'Cyd']);
}, 60_000);

test('a retry whose results can be written nowhere is aborted all the same, and another folder is named', async () => {
  await using bench = await openBench();
  const { retry } = await interruptedRetry(bench);
  await rm(bench.file('r'), { recursive: true, force: true });
  await writeFile(bench.file('r'), 'in the way');
  const aborted = await bench.run('job', 'abort', '--id', retry);
  expect(aborted.code, aborted.stderr).toBe(0);
  expect(aborted.stdout).toContain(`sf bulk2 job results --id ${retry} --results-dir FOLDER`);
  const { answer } = await bench.runJson<Answer>('job', 'results', '--id', retry, '--results-dir', 'new');
  expect(answer.result).toMatchObject({ successfulRecords: 1 });
}, 60_000);

test('a retry whose copy of the rows is gone is aborted all the same, and its results can be had', async () => {
  await using bench = await openBench();
  const { retry } = await interruptedRetry(bench);
  const runs = join(bench.env.HOME ?? '', '.sf', 'bulk2', 'runs');
  const copies = (await readdir(runs)).filter((name) => name.endsWith('.retry.csv'));
  expect(copies).toHaveLength(1);
  for (const name of copies) await rm(join(runs, name));
  const aborted = await bench.run('job', 'abort', '--id', retry);
  expect(aborted.code, aborted.stderr).toBe(0);
  expect(aborted.stdout).toContain(`The load ${retry} was aborted.`);
  const { answer } = await bench.runJson<Answer>('job', 'results', '--id', retry, '--results-dir', 'new');
  expect(answer.result).toMatchObject({ successfulRecords: 1 });
}, 60_000);
