import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { runStore } from '../../../../src/lib/run/store.js';
import { openBench } from '../../../support/bulk2.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';

type Answer = { message: string; actions?: string[]; result: LoadReport };

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account'];
const tooLong = 'x'.repeat(256);

test('after an abort of a load that has closed no job, nothing points at results: its rows are to be loaded again', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const jobId = await interruptedAt(bench, 'ingest.upload', insert);
  const aborted = await bench.run('job', 'abort', '--id', jobId);
  expect(aborted.code, aborted.stderr).toBe(0);
  expect(aborted.stdout).toContain(
    `The load ${jobId} was aborted. None of its rows was saved, and it can't be resumed. To send them, run its command again.`,
  );
  const retried = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(retried.code).toBe(2);
  expect(retried.answer.message).toContain(
    'ended before any of its rows was saved: there is nothing to retry.',
  );
  expect(retried.answer.actions).toEqual(['Load a.csv: sf bulk2 insert --sobject Account --file FILE']);
  const results = await bench.runJson<Answer>('job', 'results', '--id', jobId);
  expect(results.code).toBe(2);
  expect(results.answer.actions).toEqual(['To send its rows, run its command again.']);
  expect((await bench.run(...insert)).code).toBe(0);
  expect(await bench.org.records('Account')).toHaveLength(1);
}, 60_000);

test('after an abort of a retry that has closed no job, the load is retried again', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), `Name\n${tooLong}\n`);
  const { answer } = await bench.runJson<Answer>(...insert, '--no-preflight');
  const retry = ['job', 'retry', '--id', answer.result.jobId ?? '', '--results-dir', 'r'];
  await interruptedAt(bench, 'ingest.upload', retry);
  const id = (await bench.org.jobs()).at(-1)?.id ?? '';
  expect((await bench.run('job', 'abort', '--id', id)).stdout).toContain('None of its rows was saved');
  const refused = await bench.runJson<Answer>('job', 'retry', '--id', id);
  expect(refused.code).toBe(2);
  const [line = ''] = refused.answer.actions ?? [];
  expect(line).toMatch(/^Retry the rows again: sf bulk2 job retry --id \S+$/);
  const again = await bench.run('job', 'retry', '--id', line.split(' ').at(-1) ?? '', '--results-dir', 'r');
  expect(again.code, again.stderr).toBe(68);
}, 60_000);

test.each(['ingest.create', 'ingest.upload'])(
  'the status of a load that is interrupted at %s says how to resume it, and after an abort that it was aborted',
  async (endpoint) => {
    await using bench = await openBench();
    await writeFile(bench.file('a.csv'), 'Name\nAda\n');
    const jobId = await interruptedAt(bench, endpoint, insert);
    const [run] = await runStore(bench.file('home/.sf/bulk2')).list();
    const id = jobId === '' ? (run?.runId ?? '') : jobId;
    const open = await bench.run('job', 'status', '--id', id);
    expect(open.code, open.stderr).toBe(0);
    expect(open.stdout).toContain('insert Account is Open: 0 rows processed, 0 failed');
    const named = /sf bulk2 job resume --id (\S+)/.exec(open.stdout)?.[1];
    expect([id, run?.runId]).toContain(named);
    expect((await bench.run('job', 'abort', '--id', id)).code).toBe(0);
    const aborted = await bench.run('job', 'status', '--id', id, '--watch');
    expect(aborted.stdout).toContain('insert Account is Aborted: 0 rows processed, 0 failed');
    expect(aborted.stdout).not.toContain('job resume');
  },
  60_000,
);
