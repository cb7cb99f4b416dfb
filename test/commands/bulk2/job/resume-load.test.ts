import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { BulkV2 } from '../../../../src/lib/bulk2/bulk2.js';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';
import { orgConnection } from '../../../support/org-connection.ts';

type Answer = {
  status: number;
  message: string;
  actions?: string[];
  result: LoadReport;
  data: LoadReport;
};

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--no-preflight'];
const csv = 'Name\nAda\nBob\nCyd\n';

function libraryOn({ org, file }: Bench): BulkV2 {
  const { url, accessToken } = org;
  const connection = orgConnection(url, { accessToken, version: '67.0' });
  return new BulkV2(connection, { stateFolder: file('home/.sf/bulk2') });
}

async function lockRow(bench: Bench, name: string, tries: number): Promise<void> {
  const action = { kind: 'lock-rows', column: 'Name', values: [name], tries } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
}

test('a load that was interrupted is resumed with the retries that it began with', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  await lockRow(bench, 'Bob', 1);
  const jobId = await interruptedAt(bench, 'ingest.info', [...insert, '--retry-failed', '3']);
  const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({ successfulRecords: 3, failedRecords: 0, failedFilePath: null });
  expect(await bench.org.records('Account')).toHaveLength(3);
}, 60_000);

test('a load that was interrupted between its retries is resumed with those that are left', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  await lockRow(bench, 'Bob', 1);
  const jobId = await interruptedAt(bench, 'ingest.create', [...insert, '--retry-failed', '1'], { nth: 2 });
  const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--use-most-recent');
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({ jobId, successfulRecords: 3, failedRecords: 0 });
  const rows = parse<Record<string, string>>(await readFile(answer.result.successFilePath ?? ''), {
    columns: true,
  });
  expect(rows.map((row) => row.Name).sort()).toEqual(['Ada', 'Bob', 'Cyd']);
  const files = await readdir(bench.folder);
  expect(files.filter((name) => name.startsWith('750'))).toEqual([`${jobId}-success-records.csv`]);
}, 60_000);

test('a load of compressed data that was interrupted before its upload goes on as it is where the org refuses that', async () => {
  await using bench = await openBench({ quirks: { gzipUploads: false } });
  await writeFile(bench.file('a.csv'), csv);
  const jobId = await interruptedAt(bench, 'ingest.upload', [...insert, '--compress']);
  const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result.successfulRecords).toBe(3);
});

test('a load that a command began is resumed by the library', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  await lockRow(bench, 'Bob', 1);
  const jobId = await interruptedAt(bench, 'ingest.close', [...insert, '--retry-failed', '1']);
  await using library = libraryOn(bench);
  const { files, ...status } = await library.resume(jobId);
  expect(status).toMatchObject({ successful: 3, failed: 0, unprocessed: 0 });
  const jobIds = (await bench.org.jobs()).map(({ id }) => id);
  expect(status.jobIds).toEqual(jobIds);
  expect(files?.success).toBe(bench.file(`${jobId}-success-records.csv`));
  expect(await bench.org.records('Account')).toHaveLength(3);
}, 60_000);

test('a load that the library began is resumed by a command', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  await lockRow(bench, 'Bob', 1);
  await using library = libraryOn(bench);
  const stop = new AbortController();
  const events = new Events<LoadEvents>();
  events.on('jobCreated', () => stop.abort());
  const load = library.load({
    object: 'Account',
    operation: 'insert',
    preflight: false,
    input: bench.file('a.csv'),
    resultsDir: bench.file('results'),
    retryFailed: 1,
    events,
    signal: stop.signal,
  });
  await failureOf(load);
  const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--use-most-recent');
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({ successfulRecords: 3, failedRecords: 0 });
  expect(await readdir(bench.file('results'))).toHaveLength(1);
  expect(await bench.org.records('Account')).toHaveLength(3);
}, 60_000);

test('a load that the org took only a part of is over with exit code 1, and its other rows are retried later', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  const body =
    '[{"errorCode":"INVALIDJOB","message":"InvalidJob : No create/update access for object:Account"}]';
  const refuse = { kind: 'answer', status: 400, body } as const;
  const fault = await bench.org.faults.add({
    endpoint: 'ingest.create',
    nth: 2,
    count: 'always',
    action: refuse,
  });
  const { code, answer } = await bench.runJson<Answer>(
    ...insert,
    '--max-rows-per-job',
    '1',
    '--concurrency',
    '1',
  );
  expect(code, JSON.stringify(answer)).toBe(1);
  expect(answer.message).toContain('No create/update access');
  const { jobId, unprocessedFilePath } = answer.data;
  expect(answer.data).toMatchObject({ state: 'Failed', successfulRecords: 1, unprocessedRecords: 2 });
  expect(answer.actions?.join()).toContain(`sf bulk2 job retry --id ${jobId}`);
  expect(answer.actions?.join()).toContain('permission to create');
  expect(answer.actions?.join()).not.toContain('job resume');
  expect(await readFile(unprocessedFilePath!, 'utf8')).toContain('Cyd');
  const nothing = await bench.runJson<Answer>('job', 'resume', '--use-most-recent');
  expect(nothing.code).toBe(2);
  await fault.remove();
  const retried = await bench.runJson<Answer>('job', 'retry', '--id', jobId!);
  expect(retried.code, JSON.stringify(retried.answer)).toBe(0);
  expect(await bench.org.records('Account')).toHaveLength(3);
});

test.each([
  ['load', ['insert', '--file', 'a.csv', '--sobject', 'Acount', '--no-preflight']],
  ['export', ['query', '--query', 'SELECT Id FROM Account', '--output-file', 'q.csv']],
])(
  'a %s that the org has refused for good is over, and is not in the way of one that is not',
  async (_, args) => {
    await using bench = await openBench();
    await writeFile(bench.file('a.csv'), csv);
    const wanted = await interruptedAt(bench, 'ingest.info', insert);
    const refuse = {
      kind: 'answer',
      status: 400,
      body: '[{"errorCode":"MALFORMED_QUERY","message":"No"}]',
    } as const;
    await bench.org.faults.add({ endpoint: 'query.create', action: refuse });
    const refused = await bench.runJson<Answer>(...args);
    expect(refused.code).toBe(1);
    expect(refused.answer.actions?.join() ?? '').not.toContain('job resume');
    const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--use-most-recent');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result.jobId).toBe(wanted);
    const nothing = await bench.runJson<Answer>('job', 'resume', '--use-most-recent');
    expect(nothing.code).toBe(2);
  },
  60_000,
);

test('a resume shows the jobs that the org had finished, and counts only its own rows', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  const onePerJob = ['--max-rows-per-job', '1', '--concurrency', '1', '--async'];
  await interruptedAt(bench, 'ingest.create', [...insert, ...onePerJob], { nth: 3 });
  await expect
    .poll(async () => (await bench.org.jobs()).filter(({ state }) => state === 'JobComplete').length)
    .toBe(2);
  const { code, stdout, stderr } = await bench.run('job', 'resume', '--use-most-recent');
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/Uploading: .*Jobs: 2 of 3 finished/);
  expect(stdout).toMatch(/3 rows succeeded, 0 failed, 0 unprocessed\. This resume processed 1 row in /);
  const again = await bench.run('job', 'resume', '--id', /750\w{15}/.exec(stdout)?.[0] ?? '');
  expect(again.stdout).toContain('3 rows succeeded, 0 failed, 0 unprocessed.\n');
}, 90_000);

test('a resume of jobs that are all closed uploads nothing, and says nothing of an upload', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  await interruptedAt(bench, 'ingest.info', [...insert, '--max-rows-per-job', '1']);
  const { code, stdout, stderr } = await bench.run('job', 'resume', '--use-most-recent');
  expect(code, stderr).toBe(0);
  expect(stderr).not.toContain('uploaded');
  expect(stderr).not.toContain('Uploading');
  expect(stdout).toContain('3 rows succeeded');
}, 60_000);

test('a file that was changed is refused, and resumed once it is put back byte for byte', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name,Site\nAda,x\nBob,y\n');
  const jobId = await interruptedAt(bench, 'ingest.upload', insert);
  for (const changed of ['Name,Site\nAda,x\nBob,z\n', 'Site,Name\nAda,x\nBob,y\n']) {
    await writeFile(bench.file('a.csv'), changed);
    await utimes(bench.file('a.csv'), 1, 1);
    const refused = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
    expect(refused.code).toBe(1);
    expect(refused.answer.message).toContain('a.csv has changed since this load was planned');
  }
  await writeFile(bench.file('a.csv'), 'Name,Site\nAda,x\nBob,y\n');
  await utimes(bench.file('a.csv'), 1, 1);
  const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
  expect(code, JSON.stringify(answer)).toBe(0);
  const records = await bench.org.records('Account');
  expect(records.map(({ Name, Site }) => `${Name} ${Site}`).sort()).toEqual(['Ada x', 'Bob y']);
}, 60_000);

test('without an id, and where nobody can be asked, a resume says what to name', async () => {
  await using bench = await openBench();
  const { code, stderr } = await bench.run('job', 'resume');
  expect(code).toBe(2);
  expect(stderr).toContain('--use-most-recent');
});
