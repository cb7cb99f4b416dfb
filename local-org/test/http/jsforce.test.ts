import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Connection } from '@jsforce/jsforce-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Org } from '../../start.ts';
import { startOrg } from './over-tls.ts';

let org: Org;
let connection: Connection;

beforeAll(async () => {
  org = await startOrg();
  connection = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '60.0' });
});
afterAll(() => org.stop());

const names = (object = 'Account'): unknown[] => [...org.database.scan(object)].map(({ Name }) => Name);

describe('jsforce’s own conn.bulk2, unmodified', () => {
  it('creates a job, uploads a string, closes, polls and reads the results', async () => {
    const job = connection.bulk2.createJob({ object: 'Account', operation: 'insert' });
    const opened: string[] = [];
    job.on('open', () => opened.push('open'));
    await job.open();
    await job.uploadData('Name,AnnualRevenue\nFrom a string,12\n,1\n');
    await job.close();
    await job.poll(10, 10_000);
    expect(opened).toEqual(['open']);
    expect(await job.check()).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 2,
      numberRecordsFailed: 1,
    });
    const results = await job.getAllResults();
    expect(results.successfulResults).toMatchObject([
      { sf__Created: 'true', Name: 'From a string', AnnualRevenue: '12.0' },
    ]);
    expect(results.failedResults).toMatchObject([
      { sf__Error: 'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --' },
    ]);
    expect(results.unprocessedRecords).toEqual([]);
    await job.delete();
    await expect(job.check()).rejects.toThrow('The requested resource does not exist');
  });

  it('uploads an array of records', async () => {
    const job = connection.bulk2.createJob({ object: 'Account', operation: 'insert' });
    await job.open();
    await job.uploadData([
      { Name: 'Array, "1"', Site: null },
      { Name: 'Array 2', Site: 'here' },
    ]);
    await job.close();
    await job.poll(10, 10_000);
    expect(names()).toEqual(expect.arrayContaining(['Array, "1"', 'Array 2']));
    const { path } = (await org.job(job.id)).content!;
    expect(await readFile(path, 'utf8')).toContain('#N/A');
    expect([...org.database.scan('Account')].find(({ Name }) => Name === 'Array, "1"')?.Site).toBeNull();
  });

  it('uploads a stream', async () => {
    const job = connection.bulk2.createJob({ object: 'Account', operation: 'insert' });
    await job.open();
    await job.uploadData(Readable.from(['Name\n', 'Stream 1\n', 'Stream 2\n']));
    await job.close();
    await job.poll(10, 10_000);
    expect(names()).toEqual(expect.arrayContaining(['Stream 1', 'Stream 2']));
  });

  it('loads and waits for results in one call, upserts by external id, and is told of failed jobs', async () => {
    const { successfulResults } = await connection.bulk2.loadAndWaitForResults({
      object: 'Account',
      operation: 'upsert',
      externalIdFieldName: 'Id',
      input: [{ Id: String([...org.database.scan('Account')][0]?.Id), Name: 'Renamed' }],
      pollInterval: 10,
      pollTimeout: 10_000,
    });
    expect(successfulResults).toMatchObject([{ sf__Created: 'false', Name: 'Renamed' }]);
    await expect(
      connection.bulk2.loadAndWaitForResults({
        object: 'Account',
        operation: 'insert',
        input: 'Nope\n1\n',
        pollInterval: 10,
      }),
    ).rejects.toThrow('InvalidBatch : Field name not found : Nope');
  });

  it('aborts a job', async () => {
    const job = connection.bulk2.createJob({ object: 'Account', operation: 'insert' });
    await job.open();
    await job.abort();
    await expect(job.poll(10, 1000)).rejects.toThrow('Job has been aborted');
  });

  it('queries, one page', async () => {
    const stream = await connection.bulk2.query('SELECT Id, Name FROM Account ORDER BY Name LIMIT 2', {
      pollInterval: 10,
    });
    const records = await stream.toArray();
    expect(records.map(({ Name }) => String(Name))).toEqual(names().map(String).sort().slice(0, 2));
  });

  it('destroys and updates what a query finds, through Collections', async () => {
    org.database.load(
      'Lead',
      Array.from({ length: 5 }, (_, index) => ({ LastName: `L${index}`, Company: 'C' })),
    );
    const updated = await connection
      .sobject('Lead')
      .find({ Company: 'C' })
      .update({ Company: 'D' }, { allowBulk: false });
    expect(updated.map(({ success }) => success)).toEqual([true, true, true, true, true]);
    expect([...org.database.scan('Lead')].map(({ Company }) => Company)).toEqual(['D', 'D', 'D', 'D', 'D']);
    const destroyed = await connection.sobject('Lead').find({ Company: 'D' }).destroy({ allowBulk: false });
    expect(destroyed.every(({ success }) => success)).toBe(true);
    expect(names('Lead')).toEqual([]);
    expect((await org.counters()).requests).toMatchObject({
      'collections.update': 1,
      'collections.delete': 1,
    });
  });

  it('destroys by Bulk API 2.0 above its threshold', async () => {
    org.database.load(
      'Lead',
      Array.from({ length: 3 }, (_, index) => ({ LastName: `M${index}`, Company: 'C' })),
    );
    await connection
      .sobject('Lead')
      .find({ Company: 'C' })
      .destroy({ allowBulk: true, bulkThreshold: 1, bulkApiVersion: 2 });
    expect(names('Lead')).toEqual([]);
  });

  it('pages a REST query, describes, reads limits and identity', async () => {
    org.database.load(
      'Contact',
      Array.from({ length: 2500 }, (_, index) => ({ LastName: `C${index}` })),
    );
    const { totalSize, records, done } = await connection.query('SELECT Id FROM Contact', {
      autoFetch: true,
      maxFetch: 5000,
    });
    expect([totalSize, records.length, done]).toEqual([2500, 2500, true]);
    expect((await connection.describe('Account')).keyPrefix).toBe('001');
    expect((await connection.describeGlobal()).sobjects.map(({ name }) => name)).toContain('Contact');
    expect((await connection.limits()).DailyApiRequests?.Max).toBe(1_000_000);
    expect(await connection.identity()).toMatchObject({ user_id: org.userId, organization_id: org.orgId });
  });

  it('retries a GET on 503 as it does against the service', async () => {
    await org.faults.add({ endpoint: 'rest.limits', action: { kind: 'answer', status: 503 } });
    expect((await connection.limits()).DailyApiRequests?.Max).toBe(1_000_000);
  });

  it('refreshes an expired session', async () => {
    const refreshing = new Connection({
      instanceUrl: org.url,
      accessToken: org.accessToken,
      refreshToken: org.refreshToken,
      oauth2: { loginUrl: org.url, clientId: 'PlatformCLI' },
      version: '60.0',
    });
    await org.expireSession();
    expect((await refreshing.query('SELECT Id FROM User')).totalSize).toBe(1);
    expect(refreshing.accessToken).toBe(org.accessToken);
    connection.accessToken = org.accessToken;
  });
});
