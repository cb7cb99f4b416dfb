import { Connection } from '@jsforce/jsforce-node';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  BulkV2,
  Bulk2Error,
  PollingTimeoutError,
  withBulk2,
  type IngestJobV2,
  type IngestJobV2Results,
  type JobInfoV2,
  type QueryRecord,
  type ResultRecord,
  type TypedRecord,
} from '../../../src/lib/index.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { addAccounts, openBulk } from './open-bulk.ts';

interface Account {
  Id: string;
  Name: string;
}

interface NewAccount {
  Name: string;
  NumberOfEmployees?: number;
}

const insert = { object: 'Account', operation: 'insert' } as const;

describe('a query', () => {
  test('has records of the type that is asked for', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 2);
    const stream = await bulk.query<Account>('SELECT Id, Name FROM Account');
    const names: string[] = [];
    stream.on('record', (record) => {
      expectTypeOf(record).toEqualTypeOf<Account>();
      names.push(record.Name);
    });
    stream.on('record', (record: Account) => record.Id);
    await new Promise<void>((resolve, reject) => {
      stream.on('end', resolve).on('error', reject);
    });
    expect(names).toEqual(['A0', 'A1']);
    expectTypeOf(stream.toArray.bind(stream)).returns.toEqualTypeOf<Promise<Account[]>>();
    const plain = await bulk.query('SELECT Id FROM Account');
    for await (const record of plain) expectTypeOf(record).toEqualTypeOf<QueryRecord>();
  });

  test('gives numbers, booleans and null where it is typed', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 1, { NumberOfEmployees: 5, AnnualRevenue: 1.5 });
    const soql =
      'SELECT Name, NumberOfEmployees, AnnualRevenue, Phone, IsDeleted, Owner.IsActive FROM Account';
    const stream = await bulk.query(soql, { typed: true });
    expectTypeOf(stream.toArray.bind(stream)).returns.toEqualTypeOf<Promise<TypedRecord[]>>();
    expect(await stream.toArray()).toEqual([
      {
        Name: 'A0',
        NumberOfEmployees: 5,
        AnnualRevenue: 1.5,
        Phone: null,
        IsDeleted: false,
        'Owner.IsActive': true,
      },
    ]);
    expect(await (await bulk.query(soql)).toArray()).toMatchObject([{ Phone: '', NumberOfEmployees: '5' }]);
  });
});

test('records of an interface are an input, and results have their fields', async () => {
  const { bulk } = await openBulk();
  const input: NewAccount[] = [{ Name: 'A', NumberOfEmployees: 1 }];
  const results = await bulk.loadAndWaitForResults<Account>({ ...insert, input });
  expectTypeOf(results).toEqualTypeOf<IngestJobV2Results<Account>>();
  for (const { sf__Id, sf__Created, Name } of results.successfulResults) {
    expectTypeOf(sf__Created).toEqualTypeOf<'true' | 'false'>();
    expect([sf__Id.length, sf__Created, Name]).toEqual([18, 'true', 'A']);
  }
  const job = bulk.createJob<Account>(insert);
  job.on('inProgress', (info: JobInfoV2) => info.numberRecordsProcessed + info.numberRecordsFailed);
  expect(await job.open()).toMatchObject({ numberRecordsProcessed: 0, numberRecordsFailed: 0 });
});

test('a job and results of an interface go where no type of record is named', async () => {
  const { bulk } = await openBulk();
  const job: IngestJobV2 = bulk.createJob<Account>(insert);
  const byId: IngestJobV2 = bulk.job<Account>('ingest', { id: (await job.open()).id });
  expect(byId.id).toBe(job.id);
  const results: IngestJobV2Results = await bulk.loadAndWaitForResults<Account>({
    ...insert,
    input: [{ Name: 'A' }],
  });
  expect(results.successfulResults.map(({ Name }) => String(Name))).toEqual(['A']);
  expectTypeOf(bulk.createJob(insert)).toEqualTypeOf<IngestJobV2<ResultRecord>>();
});

test.each([true, false])(
  'a query is typed by a value that is known when it runs: %s',
  async (typed: boolean) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 1, { NumberOfEmployees: 5 });
    const stream = await bulk.query('SELECT NumberOfEmployees FROM Account', { typed });
    expectTypeOf(stream.toArray.bind(stream)).returns.toEqualTypeOf<Promise<TypedRecord[]>>();
    expect(await stream.toArray()).toEqual([{ NumberOfEmployees: typed ? 5 : '5' }]);
    const job = bulk.createJob({ operation: 'query', query: 'SELECT NumberOfEmployees FROM Account' });
    await job.open();
    await job.poll(5);
    expect(await (await job.result({ typed })).toArray()).toEqual([{ NumberOfEmployees: typed ? 5 : '5' }]);
  },
);

test('an option that is undefined leaves the default in place', async () => {
  const { org } = await openBulk();
  const { url: instanceUrl, accessToken } = org;
  const retryPolicy = { attempts: undefined, firstWaitMs: 1, onRetry: undefined };
  const notices: number[] = [];
  const bulk = new BulkV2(new Connection({ instanceUrl, accessToken, version: '60.0' }), {
    stateFolder: await tempFolder(),
    retryPolicy,
    onRetry: ({ attempt }) => notices.push(attempt),
  });
  await org.faults.add({ endpoint: 'ingest.create', action: { kind: 'answer', status: 503 } });
  const { successful } = await bulk.load({
    ...insert,
    input: [{ Name: 'A' }],
    resultsDir: await tempFolder(),
    limits: { maxJobBytes: undefined, maxRowsPerJob: undefined, concurrency: undefined },
    wait: undefined,
  });
  expect(successful).toBe(1);
  expect(notices).toEqual([1]);
  await bulk.close();
});

test('withBulk2 gives the same connection, with this bulk2', async () => {
  const { org } = await openBulk();
  const { url: instanceUrl, accessToken } = org;
  const connection = new Connection({ instanceUrl, accessToken, version: '60.0' });
  const conn = withBulk2(connection, { pollInterval: 10 });
  expect(conn).toBe(connection);
  expectTypeOf(conn.bulk2).toEqualTypeOf<BulkV2>();
  expect(connection.bulk2).toBeInstanceOf(BulkV2);
  expect(conn.bulk2.pollInterval).toBe(10);
  await conn.bulk2.close();
});

test('jobs() lists what the org has, newest first', async () => {
  const { bulk } = await openBulk();
  const first = await bulk.createJob(insert).open();
  await bulk.createJob({ ...insert, operation: 'delete' }).open();
  await (await bulk.query('SELECT Id FROM Account')).toArray();
  expect(await bulk.jobs()).toHaveLength(3);
  expect(await bulk.jobs({ type: 'query' })).toMatchObject([{ operation: 'query', state: 'JobComplete' }]);
  expect(await bulk.jobs({ operation: 'insert', object: 'account' })).toMatchObject([{ id: first.id }]);
});

test.each([{ bulkThreshold: 0 }, { allowBulk: false }])('a dry run changes nothing: %j', async (options) => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 3, { Phone: '1' });
  const soql = 'SELECT Id FROM Account';
  const expected = { total: 3, successful: 0, failed: 0, skipped: 0, load: undefined };
  expect(await bulk.destroy(soql, { ...options, dryRun: true })).toMatchObject(expected);
  const update = await bulk.update(soql, { Phone: '2' }, { ...options, dryRun: true });
  expect(update).toMatchObject(expected);
  expect(await update.toArray()).toEqual([]);
  expect(await org.records('Account')).toMatchObject(Array(3).fill({ Phone: '1' }));
  expect((await org.jobs()).filter(({ kind }) => kind === 'ingest')).toEqual([]);
});

test('errors have what programs test', () => {
  expectTypeOf<Bulk2Error>().toHaveProperty('errorCode').toEqualTypeOf<string | undefined>();
  expectTypeOf<PollingTimeoutError>().toHaveProperty('jobId').toEqualTypeOf<string | undefined>();
  expect(new Bulk2Error('x')).not.toHaveProperty('errorCode');
  expect(new PollingTimeoutError('x')).not.toHaveProperty('jobId');
});
