import { readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';

type Answer = { message: string; actions?: string[]; warnings?: string[]; result: LoadReport };

const rows = 'Name\nAda\nBob\nCyd\nDee\n';
const withNotes = 'Name,Note__x\nAda,1\nBob,2\nCyd,3\nDee,4\n';

/** A load of which Bob and Dee have failed, and whose failed-records file is lost. */
async function loadOf(bench: Bench, name: string, more: readonly string[] = [], tries = 1): Promise<string> {
  await writeFile(bench.file(name), name.endsWith('.gz') ? gzipSync(withNotes) : rows);
  const action = { kind: 'lock-rows', column: 'Name', values: ['Bob', 'Dee'], tries } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
  const insert = ['insert', '--file', name, '--sobject', 'Account', '--ignore-unknown-columns'];
  const load = await bench.runJson<Answer>(...insert, ...more);
  expect(load.code, JSON.stringify(load.answer)).toBe(68);
  await rm(load.answer.result.failedFilePath ?? '');
  return load.answer.result.jobId ?? '';
}

async function namesOf(bench: Bench): Promise<unknown[]> {
  return (await bench.org.records('Account')).map(({ Name }) => Name).sort();
}

test.each([
  ['is gone', 'a.csv', async (bench: Bench) => rename(bench.file('a.csv'), bench.file('b.csv'))],
  ['was compressed, and is gone', 'a.csv.gz', async (bench: Bench) => rm(bench.file('a.csv.gz'))],
  [
    'was compressed, and is another one, and its columns were kept',
    'a.csv.gz',
    async (bench: Bench) => writeFile(bench.file('a.csv.gz'), gzipSync(rows)),
    ['--keep-columns'],
  ],
  ['was edited', 'a.csv', async (bench: Bench) => writeFile(bench.file('a.csv'), 'Name\nAda\n')],
])(
  'rows of job results are retried by the command that it names, where the input %s',
  async (_, name, change, more: string[] = []) => {
    await using bench = await openBench();
    const id = await loadOf(bench, name, more);
    await change(bench);
    const shown = await bench.run('job', 'results', '--id', id, '--results-dir', 'again');
    expect(shown.code, shown.stderr).toBe(68);
    const told = shown.stderr.replaceAll(/\s+/g, ' ');
    expect(told).toContain('have no place in the input');
    expect(told).toContain('They can be retried all the same.');
    const [, args = ''] = /sf bulk2 (job retry .*)/.exec(shown.stdout) ?? [];
    expect(args).toContain(`--failed-file`);
    const { code, answer } = await bench.runJson<Answer>(...args.trim().split(' '));
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(await namesOf(bench)).toEqual(['Ada', 'Bob', 'Cyd', 'Dee']);
  },
  60_000,
);

test('rows that a round of the load has retried, and whose places only its own files had, are retried from job results', async () => {
  await using bench = await openBench();
  const id = await loadOf(bench, 'a.csv', ['--retry-failed', '1'], 2);
  const { answer: again } = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', 'r');
  const failed = again.result.failedFilePath ?? '';
  const { code, answer } = await bench.runJson<Answer>('job', 'retry', '--id', id, '--failed-file', failed);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(await namesOf(bench)).toEqual(['Ada', 'Bob', 'Cyd', 'Dee']);
}, 60_000);

test('rows of an input that was compressed, and is there, have their places in job results', async () => {
  await using bench = await openBench();
  const id = await loadOf(bench, 'a.csv.gz', ['--keep-columns']);
  const { answer } = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', 'again');
  expect(answer.warnings?.join() ?? '').not.toContain('have no place');
  const failed = await readFile(answer.result.failedFilePath ?? '', 'utf8');
  expect(failed).toMatch(/a\.csv\.gz,2,Bob,2\n.*a\.csv\.gz,4,Dee,4\n/);
}, 60_000);

test('an input that was only touched still has the places of its rows', async () => {
  await using bench = await openBench();
  const id = await loadOf(bench, 'a.csv');
  await utimes(bench.file('a.csv'), new Date(0), new Date(0));
  const { answer } = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', 'again');
  const failed = await readFile(answer.result.failedFilePath ?? '', 'utf8');
  expect(failed).toContain('a.csv,2,');
  expect(failed).toContain('a.csv,4,');
  expect(answer.warnings?.join()).not.toContain('have no place');
}, 60_000);
