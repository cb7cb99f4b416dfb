import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@jsforce/jsforce-node';
import { describe, expect, test } from 'vitest';
import { BulkV2, JobFailedError, PollingTimeoutError, UsageError } from '../../../src/lib/index.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { addAccounts, openBulk } from './open-bulk.ts';

const accounts = { object: 'Account', operation: 'insert' } as const;

describe('defects of jsforce’s bulk2 module that are not here', () => {
  test('1: a result of several pages comes whole, as records and piped to a file', async () => {
    const { org, bulk } = await openBulk({ queryPageRows: 100 });
    addAccounts(org, 950);
    const path = join(await tempFolder(), 'accounts.csv');
    const stream = await bulk.query('SELECT Id, Name FROM Account');
    await finished(stream.stream().pipe(createWriteStream(path)));
    expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toHaveLength(951);
    const records = await (await bulk.query('SELECT Id, Name FROM Account')).toArray();
    expect(new Set(records.map(({ Id }) => Id)).size).toBe(950);
  });

  test('2: query() does not wait for anybody to read, and nothing is lost meanwhile', async () => {
    const { org, bulk } = await openBulk({ tables: { Row: 60_000 }, queryPageRows: 5_000 });
    const { name } = org.database.describe('Row');
    const stream = await bulk.query(`SELECT Id FROM ${name}`);
    await sleep(50);
    expect((await org.counters()).requests['query.results']).toBeUndefined();
    let count = 0;
    for await (const record of stream) count += record.Id === '' ? 0 : 1;
    expect(count).toBe(60_000);
  });

  test('3: results are read row by row, a few bytes ahead of the reader', async () => {
    const { bulk, org } = await openBulk({ tables: { Row: 200_000 }, queryPageRows: 1_000 });
    const stream = await bulk.query('SELECT Id FROM Row');
    for await (const record of stream) if (record.Id !== '') break;
    const { requests } = await org.counters();
    expect(requests['query.results']).toBeLessThan(20);
  });

  test('4: a timeout leaves the job alone', async () => {
    const { org, bulk } = await openBulk({ batchDelayMs: 400 });
    const load = bulk.loadAndWaitForResults({ ...accounts, input: 'Name\nSlow\n', pollTimeout: 20 });
    const error = await load.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PollingTimeoutError);
    const { jobId } = (error as PollingTimeoutError).data as { jobId: string };
    const job = bulk.job('ingest', { id: jobId });
    await job.poll();
    expect(await job.getSuccessfulResults()).toMatchObject([{ Name: 'Slow' }]);
    expect(await org.job(jobId)).toMatchObject({ deleted: false, state: 'JobComplete' });
  });

  test('5: a socket that drops while polling neither ends the wait nor the job', async () => {
    const { org, bulk } = await openBulk({ batchDelayMs: 50 });
    await org.faults.add({ endpoint: 'ingest.info', count: 2, action: { kind: 'drop-before' } });
    const { successfulResults } = await bulk.loadAndWaitForResults({ ...accounts, input: 'Name\nKept\n' });
    expect(successfulResults).toHaveLength(1);
    expect((await org.jobs()).every(({ deleted }) => !deleted)).toBe(true);
  });

  test('6: a session that expires during the upload of a stream is renewed, and the stream sent again', async () => {
    const { org } = await openBulk();
    const connection = new Connection({
      instanceUrl: org.url,
      accessToken: org.accessToken,
      version: '60.0',
      refreshFn: (_, done) => {
        done(null, org.accessToken);
      },
    });
    await using bulk = new BulkV2(connection, { pollInterval: 10 });
    const job = bulk.createJob(accounts);
    await job.open();
    await org.expireSession();
    await job.uploadData(Readable.from(['Name\n', 'After the renewal\n']));
    await job.close();
    await job.poll();
    expect((await org.records('Account')).map(({ Name }) => Name)).toContain('After the renewal');
  });

  test('7: an input stream that fails rejects, and no job was created for it', async () => {
    const { org, bulk } = await openBulk();
    const input = createReadStream('/there/is/no/such/file.csv');
    await expect(bulk.loadAndWaitForResults({ ...accounts, input })).rejects.toThrow('ENOENT');
    expect(await org.jobs()).toEqual([]);
  });

  test('8: an array’s columns are those of all its records, nested ones, Dates and `type` included', async () => {
    const { org, bulk } = await openBulk();
    const job = bulk.createJob(accounts);
    await job.open();
    await job.uploadData([
      { Name: 'First' },
      { Name: 'Second', Phone: '1', type: 'Prospect', Parent: { External_Id__c: 'p' } },
      { Name: 'Third', Description: new Date(0), Website: null },
    ]);
    const { content } = await org.job(job.id);
    expect(await readFile(content?.path ?? '', 'utf8')).toBe(
      'Name,Phone,type,Parent.External_Id__c,Description,Website\n' +
        'First,,,,,\nSecond,1,Prospect,p,,\nThird,,,,1970-01-01T00:00:00.000Z,#N/A\n',
    );
  });

  const deals = [{ Name: 'Deal', StageName: 'Prospecting', CloseDate: new Date('2026-03-01T00:00:00Z') }];
  test.each([
    ['an array', deals],
    ['a stream', Readable.from(deals)],
  ])('8: a Date is written as a day where the field is one: %s', async (_, input) => {
    const { org, bulk } = await openBulk();
    const job = { object: 'Opportunity', operation: 'insert', input } as const;
    expect((await bulk.loadAndWaitForResults(job)).failedResults).toEqual([]);
    expect(await org.records('Opportunity')).toMatchObject([{ CloseDate: '2026-03-01' }]);
  });

  test('9: any delimiter works, and semicolons in values stay what they are', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 2, { Description: 'red;blue' });
    const records = await (
      await bulk.query('SELECT Description FROM Account', { columnDelimiter: 'PIPE' })
    ).toArray();
    expect(records).toEqual([{ Description: 'red;blue' }, { Description: 'red;blue' }]);
    const job = bulk.createJob({ ...accounts, columnDelimiter: 'SEMICOLON', lineEnding: 'CRLF' });
    await job.open();
    await job.uploadData([{ Name: 'a;b', Phone: 'x' }]);
    await job.abort();
    expect(await job.getUnprocessedRecords()).toEqual([{ Name: 'a;b', Phone: 'x' }]);
  });

  test('10: result() can be called again', async () => {
    const { org, bulk } = await openBulk({ queryPageRows: 2 });
    addAccounts(org, 5);
    const job = bulk.createJob({ operation: 'query', query: 'SELECT Id, Name FROM Account' });
    await job.open();
    await job.poll();
    const [first, second] = [await (await job.result()).toArray(), await (await job.result()).toArray()];
    expect(first).toHaveLength(5);
    expect(second).toEqual(first);
  });

  test('11: a query job that fails says why', async () => {
    const { bulk, org } = await openBulk();
    addAccounts(org, 1);
    await org.faults.add({
      endpoint: 'query.process',
      action: { kind: 'fail-job', afterBatches: 0, errorMessage: 'QUERY_TIMEOUT: Your query ran too long' },
    });
    const error = await bulk.query('SELECT Id FROM Account').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JobFailedError);
    expect((error as Error).message).toContain('QUERY_TIMEOUT');
  });

  test('12: allowBulk: false creates no Bulk job, whatever the number', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 201);
    expect(
      await bulk.destroy('SELECT Id FROM Account', { allowBulk: false, bulkApiVersion: 2 }),
    ).toMatchObject({
      route: 'collections',
      successful: 201,
    });
    expect(await org.jobs()).toEqual([]);
  });

  test('13: results of destroy and update have the ids of failed and of unprocessed records', async () => {
    const { org, bulk } = await openBulk({ batchRows: 2 });
    addAccounts(org, 4);
    await org.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'fail-job', afterBatches: 1, errorMessage: 'InternalServerError : oops' },
    });
    const change = { Name: null };
    const outcome = await bulk.update('SELECT Id FROM Account', change, { bulkThreshold: 0 });
    const results = await outcome.toArray();
    const ids = (await org.records('Account')).map(({ Id }) => Id);
    expect(results.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(results.map(({ errors }) => errors[0]?.errorCode).sort()).toEqual([
      'NOT_PROCESSED',
      'NOT_PROCESSED',
      'REQUIRED_FIELD_MISSING',
      'REQUIRED_FIELD_MISSING',
    ]);
  });
});

describe('defects that jsforce has fixed', () => {
  test('every page is fetched', async () => {
    const { org, bulk } = await openBulk({ queryPageRows: 1, quirks: { resultPages: 'missing' } });
    addAccounts(org, 3);
    expect(await (await bulk.query('SELECT Id FROM Account')).toArray()).toHaveLength(3);
  });

  test('paths have one slash in front, whatever the instance URL ends in', async () => {
    const { org } = await openBulk({ queryPageRows: 1, quirks: { resultPages: 'missing' } });
    addAccounts(org, 3);
    const { url, accessToken } = org;
    const connection = new Connection({ instanceUrl: `${url}/`, accessToken, version: '60.0' });
    await using bulk = new BulkV2(connection, { pollInterval: 10 });
    expect(await (await bulk.query('SELECT Id FROM Account')).toArray()).toHaveLength(3);
    await bulk.loadAndWaitForResults({ ...accounts, input: 'Name\nB\n' });
    expect(await org.records('Account')).toHaveLength(4);
  });

  test('a job that fails while polling rejects, and tells `failed` and `error`', async () => {
    const { bulk } = await openBulk();
    const job = bulk.createJob(accounts);
    const told: string[] = [];
    job.on('failed', () => told.push('failed')).on('error', () => told.push('error'));
    await job.open();
    await job.uploadData('Nope\n1\n');
    await job.close();
    await expect(job.poll()).rejects.toThrow('InvalidBatch : Field name not found : Nope');
    expect(told).toEqual(['failed', 'error']);
  });

  test('pollInterval and pollTimeout of the object are what counts when none are given', async () => {
    const { bulk } = await openBulk({ batchDelayMs: 300 });
    bulk.pollTimeout = 10;
    await expect(bulk.loadAndWaitForResults({ ...accounts, input: 'Name\nX\n' })).rejects.toThrow('10 ms');
  });
});

test('data is uploaded to a job once', async () => {
  const { bulk } = await openBulk();
  const job = bulk.createJob(accounts);
  await job.open();
  await job.uploadData('Name\nOnce\n');
  await expect(job.uploadData('Name\nTwice\n')).rejects.toThrow(UsageError);
});
