import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { RowCountError, UsageError } from '../../../src/lib/index.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { addAccounts, openBulk } from './open-bulk.ts';

const accounts = { object: 'Account', operation: 'insert' } as const;

describe('in the place of conn.bulk2', () => {
  test('a plain assignment works, as it does in JavaScript', async () => {
    const { connection, bulk } = await openBulk();
    expect(connection.bulk2).toBe(bulk);
  });

  test('jsforce’s own destroy and update by query run on it', async () => {
    const { org, connection } = await openBulk();
    addAccounts(org, 5, { Industry: 'Energy' });
    const options = { allowBulk: true, bulkThreshold: 2, bulkApiVersion: 2 } as const;
    const found = () => connection.sobject('Account').find({ Industry: 'Energy' });
    const updated = await found().update({ Phone: '1' }, options);
    expect(updated.filter(({ success }) => success)).toHaveLength(5);
    expect((await org.records('Account')).map(({ Phone }) => Phone)).toEqual(['1', '1', '1', '1', '1']);
    const destroyed = await found().destroy(options);
    expect(destroyed.filter(({ success }) => success)).toHaveLength(5);
    expect(await org.records('Account')).toEqual([]);
    expect((await org.counters()).requests['ingest.create']).toBe(2);
  });

  test('a connection that logs in again somewhere else is followed', async () => {
    const { connection, bulk } = await openBulk();
    const other = await openBulk();
    Object.assign(connection, { instanceUrl: other.org.url, accessToken: other.org.accessToken });
    addAccounts(other.org, 2);
    expect(await (await bulk.query('SELECT Id FROM Account')).toArray()).toHaveLength(2);
  });
});

describe('a job', () => {
  test('tells open, close, inProgress, jobComplete and aborted', async () => {
    const { bulk } = await openBulk({ batchDelayMs: 50 });
    const job = bulk.createJob(accounts);
    const told: string[] = [];
    for (const name of ['open', 'close', 'inProgress', 'jobComplete', 'aborted'] as const)
      job.on(name, () => told.push(name));
    await job.open();
    await job.uploadData('Name\nA\n');
    await job.close();
    await job.poll();
    expect([...new Set(told)]).toEqual(['open', 'close', 'inProgress', 'jobComplete']);
    const other = bulk.createJob(accounts).on('aborted', () => told.push('aborted'));
    await other.open();
    await other.abort();
    expect(told.at(-1)).toBe('aborted');
  });

  test('is known by its id alone, and can be deleted', async () => {
    const { bulk, org } = await openBulk();
    const job = bulk.createJob(accounts);
    await job.open();
    await job.uploadData([{ Name: 'A' }, { Phone: '1' }]);
    await job.close();
    await job.poll();
    const same = bulk.job('ingest', { id: job.id });
    expect(await same.getSuccessfulResults()).toMatchObject([{ sf__Created: 'true', Name: 'A' }]);
    expect(await same.getFailedResults()).toMatchObject([
      { sf__Error: expect.stringContaining('REQUIRED_FIELD_MISSING') as string, Phone: '1' },
    ]);
    expect(await same.getUnprocessedRecords()).toEqual([]);
    expect(await same.getSuccessfulResults(true)).toContain('sf__Id');
    await same.delete();
    expect((await org.job(job.id)).deleted).toBe(true);
  });

  test('says what is missing when its methods are called in the wrong order', async () => {
    const { bulk } = await openBulk();
    const job = bulk.createJob(accounts);
    expect(() => job.id).toThrow(UsageError);
    expect(() => job.getInfo()).toThrow(UsageError);
    await expect(job.uploadData('Name\nA\n')).rejects.toThrow('open()');
    await job.open();
    await job.uploadData('Name\nA\n');
    await expect(job.poll()).rejects.toThrow('close()');
    await expect(bulk.job('ingest', { id: job.id }).open()).rejects.toThrow(UsageError);
  });

  test('can still be used when the input could not be read', async () => {
    const { bulk, org } = await openBulk();
    const job = bulk.createJob(accounts);
    await job.open();
    await expect(job.uploadData(createReadStream('/no/such/file.csv'))).rejects.toThrow('ENOENT');
    await job.uploadData('Name\nA\n');
    await job.close();
    await job.poll();
    expect(await org.records('Account')).toHaveLength(1);
  });

  test('takes records when nothing but its id is known', async () => {
    const { bulk, org } = await openBulk();
    const opened = bulk.createJob({ ...accounts, columnDelimiter: 'TAB' });
    await opened.open();
    const job = bulk.job('ingest', { id: opened.id });
    await job.uploadData([{ Name: 'a,b', Phone: '1' }]);
    await job.close();
    await job.poll();
    expect(await org.records('Account')).toMatchObject([{ Name: 'a,b', Phone: '1' }]);
  });

  test('asks for its figures once it has ended, not for each result set', async () => {
    const { bulk, org } = await openBulk();
    const job = bulk.createJob(accounts);
    await job.open();
    await job.uploadData('Name\nA\n');
    await job.close();
    await job.poll();
    await org.resetCounters();
    await job.getAllResults();
    expect((await org.counters()).requests['ingest.info']).toBeUndefined();
  });

  test('a lost answer to close is settled by asking', async () => {
    const { org, bulk } = await openBulk();
    for (const kind of ['drop-after', 'drop-before'] as const) {
      await org.faults.add({ endpoint: 'ingest.close', action: { kind } });
      const { successfulResults } = await bulk.loadAndWaitForResults({
        ...accounts,
        input: [{ Name: kind }],
      });
      expect(successfulResults).toHaveLength(1);
    }
    expect(await org.records('Account')).toHaveLength(2);
  });

  test('a lost answer to close is settled where the org still tells of the job as it was before', async () => {
    const { org, bulk } = await openBulk();
    const job = bulk.createJob(accounts);
    await job.open();
    await job.uploadData('Name\nA\n');
    const stale = { ...job.getInfo(), state: 'Open' };
    await org.faults.add({ endpoint: 'ingest.close', action: { kind: 'drop-after' } });
    const headers = { 'content-type': 'application/json' };
    const action = { kind: 'answer', status: 200, body: JSON.stringify(stale), headers } as const;
    await org.faults.add({ endpoint: 'ingest.info', action });
    expect((await job.close()).state).not.toBe('Open');
    await job.poll();
    expect(await org.records('Account')).toHaveLength(1);
  });

  test.each(['drop-after', 'drop-before'] as const)(
    'a lost upload goes into another job: %s',
    async (kind) => {
      const { org, bulk } = await openBulk();
      await org.faults.add({ endpoint: 'ingest.upload', action: { kind } });
      const { successfulResults } = await bulk.loadAndWaitForResults({
        ...accounts,
        input: [{ Name: 'Once' }],
      });
      expect(successfulResults).toHaveLength(1);
      expect(await org.records('Account')).toHaveLength(1);
    },
  );

  test('an abort signal ends the wait and leaves the job alone', async () => {
    const { org, bulk } = await openBulk();
    const hold = await org.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'hold', when: 'before' },
    });
    const stop = new AbortController();
    const job = bulk.createJob({ ...accounts, signal: stop.signal });
    await job.open();
    await job.uploadData('Name\nA\n');
    await job.close();
    const refused = expect(job.poll(5_000)).rejects.toThrow();
    await hold.hit();
    stop.abort();
    await refused;
    await hold.release();
    await bulk.job('ingest', { id: job.id }).poll();
    expect(await org.records('Account')).toHaveLength(1);
  });
});

describe('a job that failed because of a row that is no sound CSV', () => {
  test.each([
    [
      'Name,Phone\nGood,1\n"A"x,1\nB,2\n',
      [{ Name: 'Good', Phone: '1' }, '"A"x,1', { Name: 'B', Phone: '2' }],
    ],
    ['Name,Phone\nGood,1\nA,"1\nB,2\n', [{ Name: 'Good', Phone: '1' }, 'A,"1\nB,2\n']],
  ])('gives the row as text among the unprocessed ones: %j', async (csv, unprocessedRecords) => {
    const { bulk } = await openBulk();
    const job = bulk.createJob(accounts);
    await job.open();
    await job.uploadData(csv);
    await job.close();
    await expect(job.poll()).rejects.toThrow('Failed to parse CSV');
    const results = { successfulResults: [], failedResults: [], unprocessedRecords };
    expect(await job.getAllResults()).toEqual(results);
    expect(await job.getUnprocessedRecords(true)).toBe(csv);
  });
});

describe('a query', () => {
  test('can be followed by its job: its id, its events, and its records more than once', async () => {
    const { org, bulk } = await openBulk({ queryDelayMs: 50 });
    addAccounts(org, 2);
    const job = bulk.createJob({ operation: 'query', query: 'SELECT Name FROM Account' });
    const told: string[] = [];
    for (const name of ['open', 'inProgress', 'jobComplete'] as const) job.on(name, () => told.push(name));
    const { id } = await job.open();
    await job.poll();
    expect([...new Set(told)]).toEqual(['open', 'inProgress', 'jobComplete']);
    expect(await (await bulk.job('query', { id }).result()).toArray()).toHaveLength(2);
  });

  test('tells each record, and its end', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 3, { Description: 'a "quoted"\nvalue' });
    const stream = await bulk.query('SELECT Name, Description FROM Account');
    const names: unknown[] = [];
    await new Promise<void>((resolve, reject) => {
      stream.on('record', (record: { Name: string }) => names.push(record.Name));
      stream.on('end', resolve).on('error', reject);
    });
    expect(names.sort()).toEqual(['A0', 'A1', 'A2']);
  });

  test('with no records gives none, and CSV with a header', async () => {
    const { bulk } = await openBulk();
    expect(await (await bulk.query('SELECT Id FROM Account')).toArray()).toEqual([]);
    const csv = (await bulk.query('SELECT Id FROM Account')).stream();
    expect(Buffer.concat((await csv.toArray()) as Buffer[]).toString()).toBe('"Id"\n');
  });

  test('scanAll finds deleted records', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 1);
    await bulk.destroy('SELECT Id FROM Account');
    const soql = 'SELECT Id FROM Account';
    expect(await (await bulk.query(soql)).toArray()).toHaveLength(0);
    expect(await (await bulk.query(soql, { scanAll: true })).toArray()).toHaveLength(1);
  });

  test('is read as records or as CSV, not both', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 1);
    const stream = await bulk.query('SELECT Id FROM Account');
    await stream.stream().toArray();
    expect(() => stream.stream()).toThrow(UsageError);
  });

  test.each(['records', 'CSV'])('that loses records on the way ends in an error: %s', async (form) => {
    const { org, bulk } = await openBulk({ queryPageRows: 2, quirks: { resultPages: 'missing' } });
    addAccounts(org, 5);
    await org.faults.add({
      endpoint: 'query.results',
      count: 'always',
      action: { kind: 'alter', headers: { 'sforce-locator': 'null' } },
    });
    const stream = await bulk.query('SELECT Id FROM Account');
    const read = form === 'CSV' ? stream.stream().toArray() : stream.toArray();
    await expect(read).rejects.toThrow(RowCountError);
  });
});

describe('a load of files', () => {
  test('takes any dialect, and writes the results beside each other', async () => {
    const { org, bulk } = await openBulk();
    const resultsDir = await tempFolder();
    const input = join(resultsDir, 'accounts.csv');
    await writeFile(input, 'Name;Phone\r\nA;1\r\n;2\r\n');
    const status = await bulk.load({ ...accounts, input, resultsDir, preflight: false });
    expect(status).toMatchObject({ successful: 1, failed: 1, unprocessed: 0, state: 'JobComplete' });
    expect(await readFile(status.files?.failed ?? '', 'utf8')).toContain('accounts.csv;2');
    expect(await org.records('Account')).toMatchObject([{ Name: 'A', Phone: '1' }]);
  });

  test('that was left early goes on by the id of a job', async () => {
    const { bulk } = await openBulk();
    const resultsDir = await tempFolder();
    const input = Readable.from(['Name\nA\nB\n']);
    const accepted = await bulk.load({ ...accounts, input, resultsDir, wait: 'accepted' });
    expect(accepted.files).toBeUndefined();
    expect(await bulk.resume(accepted.jobIds[0] ?? '')).toMatchObject({
      successful: 2,
      state: 'JobComplete',
    });
    await expect(bulk.resume('750000000000000AAA')).rejects.toThrow(UsageError);
  });
});
