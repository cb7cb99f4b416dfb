// What the Bulk V2 chapter of jsforce's documentation shows, run with `conn.bulk2 = new BulkV2(conn)`.
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { SfDate } from '@jsforce/jsforce-node';
import { describe, expect, test } from 'vitest';
import type { JobInfo, QueryRecord } from '../../../src/lib/index.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { connectionKinds, openManual } from './manual-connections.isolated.ts';
import { addAccounts } from './open-bulk.ts';

const insert = { operation: 'insert', object: 'Account' } as const;
const three = [{ Name: 'One' }, { Name: 'Two' }, { Name: 'Three' }];

describe.each(connectionKinds)('on a connection of %s', (kind) => {
  test('a job is created, told of by `open` with its id, and waits for data', async () => {
    const { org, conn } = await openManual(kind);
    const job = conn.bulk2.createJob(insert);
    const opened: string[] = [];
    job.on('open', ({ id }) => opened.push(id));
    const info = await job.open();
    expect(opened).toEqual([job.id]);
    expect(info).toMatchObject({ id: job.id, state: 'Open', ...insert });
    expect(await org.job(job.id)).toMatchObject({ state: 'Open' });
  });

  test.each(['text', 'records', 'a stream of a file'])(
    'data is uploaded as %s, and the job closed',
    async (form) => {
      const { org, conn } = await openManual(kind);
      const path = join(await tempFolder(), 'accounts.csv');
      await writeFile(path, 'Name\nOne\nTwo\nThree\n');
      conn.bulk2.pollInterval = 10;
      const job = conn.bulk2.createJob(insert);
      await job.open();
      if (form === 'text') await job.uploadData('Name\nOne\nTwo\nThree\n');
      else if (form === 'records') await job.uploadData(three);
      else await job.uploadData(createReadStream(path));
      await job.close();
      await job.poll();
      expect((await org.records('Account')).map(({ Name }) => Name)).toEqual(['One', 'Two', 'Three']);
    },
  );

  test('a second upload fails', async () => {
    const { conn } = await openManual(kind);
    const job = conn.bulk2.createJob(insert);
    await job.open();
    await job.uploadData(three);
    await expect(job.uploadData(three)).rejects.toThrow('once');
  });

  test('poll looks every second for half a minute, or as it is told, and `inProgress` has figures', async () => {
    const { org, conn } = await openManual(kind);
    expect(conn.bulk2).toMatchObject({ pollInterval: 1_000, pollTimeout: 30_000 });
    const job = conn.bulk2.createJob(insert);
    const seen: JobInfo[] = [];
    job.on('inProgress', (info) => seen.push(info));
    await job.open();
    await job.uploadData(three);
    const held = await org.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'hold', when: 'after' },
    });
    await job.close();
    await expect(job.poll(5, 50)).rejects.toThrow('50 ms');
    await held.hit();
    await held.release();
    await job.poll(20, 300_000);
    expect(seen.length).toBeGreaterThan(1);
    for (const { numberRecordsProcessed, numberRecordsFailed } of seen)
      expect([typeof numberRecordsProcessed, typeof numberRecordsFailed]).toEqual(['number', 'number']);
  });

  test('all results: ids of what was loaded, reasons of what failed, and what was not processed', async () => {
    const { conn } = await openManual(kind);
    const job = conn.bulk2.createJob(insert);
    await job.open();
    await job.uploadData([{ Name: 'Good' }, { Phone: '1' }]);
    await job.close();
    await job.poll(10);
    const { successfulResults, failedResults, unprocessedRecords } = await job.getAllResults();
    expect(successfulResults).toMatchObject([{ sf__Id: expect.stringMatching(/^001/) as string }]);
    expect(failedResults).toMatchObject([{ sf__Error: expect.stringContaining('REQUIRED_FIELD') as string }]);
    for (const record of unprocessedRecords) expect(typeof record).not.toBe('string');
    expect(unprocessedRecords).toEqual([]);
  });

  test('one call loads, waits, and gives the results', async () => {
    const { conn } = await openManual(kind);
    const options = { pollTimeout: 60_000, pollInterval: 5 };
    const results = await conn.bulk2.loadAndWaitForResults({ ...insert, input: three, ...options });
    expect(results.successfulResults.map(({ Name }) => Name).sort()).toEqual(['One', 'Three', 'Two']);
    expect([...results.failedResults, ...results.unprocessedRecords]).toEqual([]);
  });

  test('a query gives a stream that tells records, an array of them, or CSV to pipe to a file', async () => {
    const { org, conn } = await openManual(kind);
    addAccounts(org, 3);
    conn.bulk2.pollInterval = 10;
    const soql = 'SELECT Name FROM Account';
    const stream = await conn.bulk2.query(soql);
    const told: QueryRecord[] = [];
    await new Promise((resolve, reject) => {
      stream.on('record', (record: QueryRecord) => told.push(record));
      stream.on('error', reject).on('end', resolve);
    });
    const expected = [{ Name: 'A0' }, { Name: 'A1' }, { Name: 'A2' }];
    expect(told).toEqual(expected);
    expect(await (await conn.bulk2.query(soql)).toArray()).toEqual(expected);
    const path = join(await tempFolder(), 'accounts.csv');
    await finished((await conn.bulk2.query(soql)).stream().pipe(createWriteStream(path)));
    expect(await readFile(path, 'utf8')).toBe('"Name"\n"A0"\n"A1"\n"A2"\n');
  });

  test.each(['destroy', 'update'] as const)('what is found is changed, few and many: %s', async (change) => {
    const { org, conn } = await openManual(kind);
    conn.bulk2.pollInterval = 10;
    for (const [count, jobs] of [
      [200, 0],
      [201, 1],
    ] as const) {
      addAccounts(org, count);
      const options = { allowBulk: true, bulkThreshold: 200, bulkApiVersion: 2 } as const;
      const found = conn.sobject('Account').find({ CreatedDate: SfDate.TODAY, Phone: null });
      const results =
        change === 'destroy' ? await found.destroy(options) : await found.update({ Phone: '1' }, options);
      expect(results.filter(({ id, success }) => success && id.startsWith('001'))).toHaveLength(count);
      expect((await org.counters()).requests['ingest.create'] ?? 0).toBe(jobs);
    }
  });
});
