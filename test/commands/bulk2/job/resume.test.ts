import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import type { QueryReport } from '../../../../src/cli/query/query-text.js';
import type { RunOrg } from '../../../../src/lib/run/record.js';
import { runStore } from '../../../../src/lib/run/store.js';
import { loginTo } from '../../../../local-org/index.ts';
import { openBench } from '../../../support/bulk2.ts';
import { journalText } from '../../../support/journal-records.ts';
import { foreignIngestJob, foreignQueryJob, openIngestJob } from '../../../support/foreign-job.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';
import { killedAt } from '../../../support/killed-at.ts';
import { needing } from '../../../support/systems.ts';

type Answer<T> = { status: number; message: string; actions?: string[]; result: T };

const script = join(import.meta.dirname, '../../../../bin/run.js');
const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--no-preflight'];

test('a killed load goes on from another folder, under another alias, by a 15-character id', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const jobId = await killedAt(bench, 'ingest.close', insert);
  await loginTo(bench.org, bench.file('home'), { alias: 'renamed' });
  const elsewhere = bench.file('elsewhere');
  await mkdir(elsewhere);
  const args = [script, 'bulk2', 'job', 'resume', '--id', jobId.slice(0, 15), '--json'];
  const options = { cwd: elsewhere, env: bench.env };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  const { result } = JSON.parse(stdout) as Answer<LoadReport>;
  expect(result.successfulRecords).toBe(2);
  expect(result.successFilePath).toBe(bench.file(`${jobId}-success-records.csv`));
  expect(await bench.org.records('Account')).toHaveLength(2);
}, 60_000);

test('of two resumes at once one works, and the other says which process holds the load', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const jobId = await interruptedAt(bench, 'ingest.info', insert);
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.info',
    action: { kind: 'hold', when: 'before' },
  });
  const first = bench.start('job', 'resume', '--id', jobId);
  await hold.hit();
  const second = await bench.runJson<Answer<LoadReport>>('job', 'resume', '--use-most-recent');
  expect(second.code).toBe(1);
  expect(second.answer.message).toContain(`process ${first.child.pid}`);
  await hold.remove();
  const { code, stderr } = await first.ended;
  expect(code, stderr).toBe(0);
  expect(await bench.org.records('Account')).toHaveLength(1);
}, 60_000);

needing('signals')(
  'Ctrl-C twice stops at once, and what was begun is taken to its end later, once',
  async () => {
    await using bench = await openBench();
    await writeFile(bench.file('a.csv'), 'Name\nAda\n');
    const hold = await bench.org.faults.add({
      endpoint: 'ingest.close',
      action: { kind: 'hold', when: 'after' },
    });
    const { child, ended } = bench.start(...insert);
    await hold.hit();
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    await hold.remove();
    const { code, stderr } = await bench.run('job', 'resume', '--use-most-recent');
    expect(code, stderr).toBe(0);
    expect(await bench.org.records('Account')).toHaveLength(1);
    const nothing = await bench.runJson<Answer<LoadReport>>('job', 'resume', '--use-most-recent');
    expect(nothing.code).toBe(2);
    expect(nothing.answer.message).toContain('no unfinished load, export, change by query or copy');
  },
  60_000,
);

test('a killed export goes on behind its last page, and ends equal to one that was not', async () => {
  await using bench = await openBench({ tables: { Product2: 45 }, queryPageRows: 10 });
  const query = ['query', '--query', 'SELECT Id, Name, Notes__c FROM Product2', '--concurrency', '1'];
  const jobId = await killedAt(bench, 'query.results', [...query, '--output-file', 'a.csv'], {
    nth: 4,
    pagesInJournal: 3,
  });
  const before = (await bench.org.counters()).requests['query.results'] ?? 0;
  const resumed = await bench.runJson<Answer<QueryReport>>('job', 'resume', '--id', jobId);
  expect(resumed.code, JSON.stringify(resumed.answer)).toBe(0);
  expect(resumed.answer.result).toMatchObject({ jobId, totalSize: 45, filePath: bench.file('a.csv') });
  const requests = ((await bench.org.counters()).requests['query.results'] ?? 0) - before;
  expect(requests, 'of five pages three had come').toBe(2);
  await bench.run(...query, '--output-file', 'b.csv');
  expect(await readFile(bench.file('a.csv'), 'utf8')).toBe(await readFile(bench.file('b.csv'), 'utf8'));

  const again = await bench.run('job', 'resume', '--id', jobId);
  expect(again.code).toBe(0);
  expect(again.stderr).toContain('Nothing is left to do');
}, 90_000);

test('a job that another tool created is waited for: records of a query, files of a load', async () => {
  await using bench = await openBench({ tables: { Product2: 3 } });
  const queryId = await foreignQueryJob(bench.org, 'SELECT Id FROM Product2');
  const records = await bench.runJson<Answer<QueryReport>>(
    ...['job', 'resume', '--id', queryId, '--output-file', 'records.csv'],
  );
  expect(records.answer.result).toMatchObject({ jobId: queryId, totalSize: 3 });
  const ingestId = await foreignIngestJob(bench.org, 'Name\nAda\n');
  const files = await bench.runJson<Answer<LoadReport>>('job', 'resume', '--id', ingestId);
  expect(files.answer.result).toMatchObject({ jobId: ingestId, successfulRecords: 1 });
}, 60_000);

test('what is not done with a job of another tool is resumed in the same org, to the same place', async () => {
  await using bench = await openBench();
  const jobId = await openIngestJob(bench.org);
  const args = ['job', 'resume', '--id', jobId, '--target-org', 'local', '--results-dir', 'some results'];
  const { code, answer } = await bench.runJson<Answer<LoadReport>>(...args, '--wait', '0');
  expect(code).toBe(69);
  expect(answer.message).toContain('still Open');
  expect(answer.actions?.join()).toContain(
    `--id ${jobId} --target-org ${bench.org.username} --results-dir '${bench.file('some results')}'`,
  );
});

test('a job of another tool that the org has failed says why, with exit code 1, and its rows are there', async () => {
  await using bench = await openBench();
  const jobId = await foreignIngestJob(bench.org, 'Bogus\nAda\n');
  const { code, answer } = await bench.runJson<Answer<LoadReport> & { data: LoadReport }>(
    ...['job', 'resume', '--id', jobId],
  );
  expect(code).toBe(1);
  expect(answer.message).toContain('Field name not found : Bogus');
  expect(answer.data).toMatchObject({ jobId, state: 'Failed', unprocessedRecords: 1 });
  expect(await readFile(String(answer.data.unprocessedFilePath), 'utf8')).toContain('Ada');
});

test('a load is not resumed in another org than it began in, nor without a login to that one', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const jobId = await interruptedAt(bench, 'ingest.close', insert);
  const begin = async (change: Partial<RunOrg>) => {
    const [run] = await runStore(bench.file('home/.sf/bulk2')).list();
    const [first, ...rest] = run!.records;
    if (first?.type !== 'load') throw new Error('This is no load.');
    const records = [{ ...first, org: { ...first.org, ...change } }, ...rest];
    await writeFile(run!.path, journalText(records));
  };
  await begin({ orgId: '00D000000000009AAA' });
  const other = await bench.runJson<Answer<LoadReport>>(
    'job',
    'resume',
    '--id',
    jobId,
    '--target-org',
    'local',
  );
  expect(other.code).toBe(2);
  expect(other.answer.message).toContain('in org 00D000000000009AAA');
  await begin({ username: 'gone@example.com' });
  const loggedOut = await bench.runJson<Answer<LoadReport>>('job', 'resume', '--id', jobId);
  expect(loggedOut.code).toBe(2);
  expect(loggedOut.answer.actions?.join()).toContain('sf org login web');
  expect(await bench.org.records('Account')).toHaveLength(0);
}, 60_000);

test('an input that has changed is not sent, and a job that the org has deleted is told as such', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const unsent = await interruptedAt(bench, 'ingest.upload', insert);
  await writeFile(bench.file('a.csv'), 'Name\nAdam\n');
  const changed = await bench.runJson<Answer<LoadReport>>('job', 'resume', '--id', unsent);
  expect(changed.code).toBe(1);
  expect(changed.answer.message).toContain('a.csv has changed');

  await interruptedAt(bench, 'ingest.info', insert);
  const jobId = (await bench.org.jobs()).at(-1)?.id ?? '';
  await bench.run('job', 'delete', '--id', jobId);
  const gone = await bench.runJson<Answer<LoadReport>>('job', 'resume', '--id', jobId);
  expect(gone.code).toBe(1);
  expect(gone.answer.message).toContain(`does not know job ${jobId}`);
  expect(gone.answer.actions?.join()).not.toContain('job resume');
}, 90_000);
