import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JobListReport } from '../../../../src/cli/job/job-list.js';
import type { StatusReport } from '../../../../src/cli/job/job-watch.js';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import type { JobInfo } from '../../../../src/lib/api/types.js';
import { openBench, openBenchOfTwo, type Bench } from '../../../support/bulk2.ts';
import { foreignIngestJob, foreignQueryJob, openIngestJob } from '../../../support/foreign-job.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';

type Answer<T> = { status: number; message: string; actions: string[]; warnings: string[]; result: T };

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--max-rows-per-job', '2'];

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ tables: { Product2: 3 } });
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\nEve\n');
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => bench.org.faults.clear());

/** A load of two jobs that the org does not begin to process. */
async function waitingLoad(): Promise<string> {
  await bench.org.faults.add({
    endpoint: 'ingest.process',
    count: 'always',
    action: { kind: 'hold', when: 'before' },
  });
  const { answer } = await bench.runJson<Answer<{ jobId: string }>>(...insert, '--async');
  return answer.result.jobId;
}

async function list(...flags: string[]): Promise<JobListReport['jobs']> {
  const { code, answer } = await bench.runJson<Answer<JobListReport>>('job', 'list', ...flags);
  expect(code, JSON.stringify(answer)).toBe(0);
  return answer.result.jobs;
}

describe('job list', () => {
  test('has the jobs of a load side by side, under its first, and those of other tools alone', async () => {
    const load = await waitingLoad();
    const foreign = await openIngestJob(bench.org);
    const jobs = await list();
    const own = jobs.filter((job) => job.load === load);
    expect(own).toHaveLength(2);
    expect(Math.abs(jobs.indexOf(own[0]!) - jobs.indexOf(own[1]!))).toBe(1);
    expect(jobs.find(({ id }) => id === foreign)?.load).toBeUndefined();
    const { stdout } = await bench.run('job', 'list');
    expect(stdout).toContain(load);
    expect(stdout).toMatch(/\d jobs\n/);
  });

  test('names unfinished exports with their partial files, until they are finished', async () => {
    await using own = await openBench({ tables: { Product2: 3 }, queryPageRows: 1 });
    const listed = async () => (await own.runJson<Answer<JobListReport>>('job', 'list')).answer.result;
    const args = ['query', '-q', 'SELECT Id FROM Product2', '--output-file', 'a.csv', '--concurrency', '1'];
    const jobId = await interruptedAt(own, 'query.results', args, { nth: 2 });
    const [unfinished] = (await listed()).unfinishedExports;
    expect(unfinished).toMatchObject({ jobId, outputPath: own.file('a.csv') });
    expect(await readFile(unfinished?.partialPath ?? '', 'utf8')).toContain('"Id"');
    const { stdout } = await own.run('job', 'list');
    expect(stdout).toContain(unfinished?.partialPath);
    expect(stdout).toContain(`sf bulk2 job resume --id ${jobId}`);
    expect((await own.run('job', 'resume', '--id', jobId)).code).toBe(0);
    expect((await listed()).unfinishedExports).toEqual([]);
    await expect(readFile(unfinished?.partialPath ?? '')).rejects.toThrow('ENOENT');
  });

  test('names unfinished loads and copies with the commands that resume them', async () => {
    const { bench: own, source } = await openBenchOfTwo();
    source.database.load('Account', [{ Name: 'Ada' }]);
    await writeFile(own.file('a.csv'), 'Name\nAda\nBob\n');
    const jobId = await interruptedAt(own, 'ingest.info', ['insert', '-s', 'Account', '-f', 'a.csv']);
    await source.faults.add({ endpoint: 'query.process', action: { kind: 'hold', when: 'before' } });
    const flags = ['--source-org', 'source', '--no-prompt', '--wait', '0'];
    const copied = await own.run('copy', '--sobject', 'Account', ...flags);
    expect(copied.code, copied.stderr).toBe(69);
    const { answer } = await own.runJson<Answer<JobListReport>>('job', 'list');
    expect(answer.result.unfinishedLoads).toMatchObject([{ jobId, operation: 'insert', object: 'Account' }]);
    const [copy] = answer.result.unfinishedCopies;
    expect(copy?.objects).toEqual(['Account']);
    const { stdout } = await own.run('job', 'list');
    expect(stdout).toContain(`sf bulk2 job resume --id ${jobId}`);
    expect(stdout).toContain(`sf bulk2 job resume --id ${copy?.runId}`);
    expect(stdout).toMatch(/copy of Account, started \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\./);
  });

  test('that finds none says on what, and which object was meant by a misspelt one', async () => {
    const { stdout, stderr, code } = await bench.run(
      'job',
      'list',
      '--sobject',
      'Acount',
      '--type',
      'ingest',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('No job matches --type ingest, --sobject Acount.\n');
    expect(stderr).toContain('has no object "Acount"');
    expect(stderr).toContain('Did you mean "Account"?');
    const known = await bench.run('job', 'list', '--sobject', 'contact');
    expect(known.stdout).toContain('No job matches --sobject contact.');
    expect(known.stderr).not.toContain('no object');
  });

  test('is narrowed by type, state, object, operation, time and user', async () => {
    const query = await foreignQueryJob(bench.org, 'SELECT Id FROM Product2');
    const open = await openIngestJob(bench.org);
    const ids = async (...flags: string[]) => (await list(...flags)).map(({ id }) => id);
    expect(await ids('--type', 'query')).toEqual([query]);
    expect(await ids('--sobject', 'product2')).toEqual([query]);
    expect(await ids('--operation', 'query')).toEqual([query]);
    expect(await ids('--state', 'Open')).toContain(open);
    expect(await ids('--state', 'Open')).not.toContain(query);
    expect(await ids('--since', '1h', '--all')).toEqual(expect.arrayContaining([open, query]));
    expect(await ids('--since', '2999-01-01')).toEqual([]);
  }, 60_000);

  test('a time that is none is refused with an example of one', async () => {
    const { code, answer } = await bench.runJson<Answer<never>>('job', 'list', '--since', 'yesterday');
    expect(code).toBe(2);
    expect(answer.actions.join()).toContain('24h');
  });
});

describe('job status', () => {
  test('tells of the whole load by any of its jobs, and --watch waits for all of them', async () => {
    const load = await waitingLoad();
    const other = (await list()).find((job) => job.load === load && job.id !== load)?.id ?? '';
    const once = await bench.runJson<Answer<StatusReport>>('job', 'status', '--id', other.slice(0, 15));
    expect(once.answer.result).toMatchObject({ jobId: load, state: 'UploadComplete' });
    expect(once.answer.result.jobs).toHaveLength(2);
    const watching = bench.runJson<Answer<StatusReport>>('job', 'status', '--id', other, '--watch');
    await bench.org.faults.clear();
    const { code, answer } = await watching;
    expect(code).toBe(0);
    expect(answer.result).toMatchObject({ state: 'JobComplete', processedRecords: 3 });
  }, 60_000);

  test('of a query job counts records', async () => {
    const jobId = await foreignQueryJob(bench.org, 'SELECT Id FROM Product2');
    const { stdout } = await bench.run('job', 'status', '--id', jobId);
    expect(stdout).toContain('3 records found');
  });
});

describe('job abort', () => {
  test('ends all jobs of a load, and leaves those alone that had ended', async () => {
    const load = await waitingLoad();
    const { code, answer } = await bench.runJson<Answer<{ jobs: unknown[] }>>('job', 'abort', '--id', load);
    expect(code).toBe(0);
    expect(answer.result.jobs).toEqual(Array(2).fill(expect.objectContaining({ state: 'Aborted' })));
    const again = await bench.run('job', 'abort', '--id', load);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('already finished (Aborted)');
  });

  test('leaves a load alone that a process is at work on, and names the process', async () => {
    const hold = await bench.org.faults.add({
      endpoint: 'ingest.info',
      action: { kind: 'hold', when: 'before' },
    });
    const { child, ended } = bench.start(...insert);
    await hold.hit();
    const jobs = await bench.org.jobs();
    const jobId =
      jobs
        .map(({ id }) => id)
        .toSorted()
        .at(-1) ?? '';
    const refused = await bench.runJson<Answer<unknown>>('job', 'abort', '--id', jobId);
    expect(refused.code).toBe(1);
    expect(refused.answer.message).toContain(`process ${child.pid}`);
    await hold.remove();
    expect((await ended).code).toBe(0);
  }, 60_000);

  test('ends an interrupted load, which is not offered any more, and the results of its jobs can be had', async () => {
    await using own = await openBench();
    await writeFile(own.file('a.csv'), 'Name\nAda\nBob\nEve\n');
    const hold = await own.org.faults.add({
      endpoint: 'ingest.process',
      nth: 2,
      action: { kind: 'hold', when: 'before' },
    });
    const { child, ended } = own.start(...insert, '--concurrency', '1');
    await hold.hit();
    child.kill('SIGKILL');
    await ended;
    const { code, answer } = await own.runJson<Answer<{ jobs: JobInfo[] }>>(
      'job',
      'abort',
      '--use-most-recent',
    );
    expect(code, JSON.stringify(answer)).toBe(0);
    await hold.remove();
    const { jobs } = answer.result;
    expect(jobs.map(({ state }) => state)).toEqual(['JobComplete', 'Aborted']);
    expect(await own.org.records('Account')).toHaveLength(2);
    for (const command of ['resume', 'abort']) {
      const nothing = await own.runJson<Answer<unknown>>('job', command, '--use-most-recent');
      expect(nothing.code, command).toBe(2);
    }
    const resumed = await own.runJson<Answer<unknown>>('job', 'resume', '--id', jobs[0]!.id);
    expect(resumed.code).toBe(2);
    expect(resumed.answer.message).toContain('sf bulk2 job abort');
    const results = await own.runJson<{ data: LoadReport }>('job', 'results', '--id', jobs[0]!.id);
    expect(results.code).toBe(1);
    const counts = { successfulRecords: 2, failedRecords: 0, unprocessedRecords: 1 };
    expect(results.answer.data).toMatchObject({ ...counts, state: 'Aborted' });
    expect(await own.org.jobs()).toHaveLength(2);
    expect((await own.run('job', 'report', '--id', jobs[0]!.id, '--output-file', 'r.html')).code).toBe(0);
    expect(await readFile(own.file('r.html'), 'utf8')).toContain('Ended before all rows were loaded');
  }, 60_000);

  test('ends an interrupted export, and nothing is left of its output', async () => {
    await using own = await openBench({ tables: { Product2: 3 }, queryPageRows: 1 });
    const args = ['query', '-q', 'SELECT Id FROM Product2', '--output-file', 'a.csv', '--concurrency', '1'];
    const jobId = await interruptedAt(own, 'query.results', args, { nth: 2 });
    const { code, stdout } = await own.run('job', 'abort', '--id', jobId);
    expect(code).toBe(0);
    expect(stdout).toContain(`The export ${jobId} was aborted`);
    expect(await readdir(own.folder)).not.toContainEqual(expect.stringContaining('a.csv'));
    const resumed = await own.runJson<Answer<unknown>>('job', 'resume', '--id', jobId);
    expect(resumed.code).toBe(2);
    expect(resumed.answer.message).toContain('sf bulk2 job abort');
  }, 60_000);
});

describe('job delete', () => {
  test('removes a job that has ended, and says of one that has not how it could be', async () => {
    const open = await openIngestJob(bench.org);
    const refused = await bench.runJson<Answer<never>>('job', 'delete', '--id', open);
    expect(refused.code).toBe(2);
    expect(refused.answer.actions.join()).toContain(`sf bulk2 job abort --id ${open}`);
    const ended = await foreignIngestJob(bench.org, 'Name\nAda\n');
    expect((await bench.run('job', 'delete', '--id', ended)).code).toBe(0);
    const gone = await bench.runJson<Answer<never>>('job', 'delete', '--id', ended);
    expect(gone.code).toBe(1);
    expect(gone.answer.message).toContain(`does not know job ${ended}`);
  }, 60_000);
});

test.each([
  ['an id of another object', ['status', '--id', '001000000000001AAA']],
  ['an id of another length', ['abort', '--id', '750']],
  ['an org that nobody is logged in to', ['list', '--target-org', 'nobody']],
  ['no id', ['delete']],
])('%s is a wrong use, with exit code 2 and valid JSON', async (_, args) => {
  const { code, answer } = await bench.runJson<Answer<never> & { stack?: string }>('job', ...args);
  expect(code).toBe(2);
  expect(answer.message).not.toBe('');
  expect(answer.stack).toBeUndefined();
});
