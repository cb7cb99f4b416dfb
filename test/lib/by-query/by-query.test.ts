import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SoqlError, UsageError, type RecordMapping, type RecordTemplate } from '../../../src/lib/index.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';

const all = "SELECT Id FROM Account WHERE Industry = 'Energy'";
const energy = { Industry: 'Energy' };

/** Which ways to the records were taken, and how often. */
async function calls(org: Awaited<ReturnType<typeof openBulk>>['org']) {
  const { requests } = await org.counters();
  return {
    deletes: requests['collections.delete'] ?? 0,
    updates: requests['collections.update'] ?? 0,
    jobs: requests['ingest.create'] ?? 0,
    queryJobs: requests['query.create'] ?? 0,
  };
}

describe('the way that records take', () => {
  const none = { deletes: 0, updates: 0, jobs: 0, queryJobs: 0 };
  test.each([
    [0, {}, none],
    [1, {}, { ...none, deletes: 1 }],
    [200, {}, { ...none, deletes: 1 }],
    [201, {}, { ...none, jobs: 1, queryJobs: 1 }],
    [5_000, {}, { ...none, jobs: 1, queryJobs: 1 }],
    [1, { bulkThreshold: 0 }, { ...none, jobs: 1, queryJobs: 1 }],
    [0, { bulkThreshold: 0 }, none],
    [2_000, { bulkThreshold: 2_000 }, { ...none, deletes: 10 }],
    [2_001, { bulkThreshold: 2_000 }, { ...none, jobs: 1, queryJobs: 1 }],
    [5_000, { allowBulk: false }, { ...none, deletes: 25 }],
    [1, { allowBulk: false, bulkThreshold: 0 }, { ...none, deletes: 1 }],
  ] as const)('deletes %i records with %j by %j', async (count, options, expected) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, count, energy);
    addAccounts(org, 3, { Industry: 'Media' });
    const outcome = await bulk.destroy(all, options);
    expect(outcome).toMatchObject({ total: count, successful: count, failed: 0 });
    const results = await outcome.toArray();
    expect(new Set(results.map(({ id }) => id)).size).toBe(count);
    expect(await org.records('Account')).toHaveLength(3);
    expect(await calls(org)).toEqual(expected);
  });

  test.each([
    [200, { ...none, updates: 1 }],
    [201, { ...none, jobs: 1, queryJobs: 1 }],
  ])('updates %i records with the same values whichever way', async (count, expected) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, count, { ...energy, NumberOfEmployees: 7, Phone: '555' });
    const change = {
      Name: '${Name} (was ${NumberOfEmployees})',
      AnnualRevenue: '${NumberOfEmployees}',
      Phone: null,
      Description: 'x, "y"\nz',
    };
    const outcome = await bulk.update(all, change);
    expect(outcome).toMatchObject({ total: count, successful: count });
    const records = await org.records('Account');
    expect(records.map(({ Name }) => Name).sort()).toEqual(
      Array.from({ length: count }, (_, index) => `A${index} (was 7)`).sort(),
    );
    for (const record of records)
      expect(record).toMatchObject({ AnnualRevenue: 7, Phone: null, Description: 'x, "y"\nz' });
    expect(await calls(org)).toEqual(expected);
  });

  test('deletes for good over Bulk, however few', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 1, energy);
    expect(await bulk.destroy(all, { hardDelete: true })).toMatchObject({ successful: 1, route: 'bulk' });
    await expect(bulk.destroy(all, { hardDelete: true, allowBulk: false })).rejects.toThrow(UsageError);
  });
});

describe('every record has a result', () => {
  test.each([
    ['collections', { allowBulk: false }],
    ['bulk', { bulkThreshold: 0 }],
  ])('with the ids of those that failed, over %s', async (route, options) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 3, energy);
    addAccounts(org, 1, { ...energy, Description: 'x'.repeat(300) });
    const outcome = await bulk.update(all, { Name: '${Description}' }, options);
    expect(outcome).toMatchObject({ route, total: 4, successful: 0, failed: 4 });
    const results = await outcome.toArray();
    const ids = (await org.records('Account')).map(({ Id }) => Id);
    expect(results.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(results.flatMap(({ errors }) => errors.map(({ errorCode }) => errorCode)).sort()).toEqual([
      'REQUIRED_FIELD_MISSING',
      'REQUIRED_FIELD_MISSING',
      'REQUIRED_FIELD_MISSING',
      'STRING_TOO_LONG',
    ]);
  });

  test('and records of a job that stopped half-way are told as not processed', async () => {
    const { org, bulk } = await openBulk({ batchRows: 100 });
    addAccounts(org, 300, energy);
    await org.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'fail-job', afterBatches: 1, errorMessage: 'InternalServerError : oops' },
    });
    const outcome = await bulk.destroy(all);
    expect(outcome).toMatchObject({ total: 300, successful: 100, failed: 200 });
    const codes = (await outcome.toArray()).flatMap(({ errors }) => errors.map(({ errorCode }) => errorCode));
    expect(new Set(codes)).toEqual(new Set(['NOT_PROCESSED']));
  });

  test('and a call that the org refuses as a whole fails its records, and those that follow are not sent', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 500, energy);
    await org.faults.add({
      endpoint: 'collections.delete',
      nth: 2,
      action: { kind: 'answer', status: 403, errorCode: 'INSUFFICIENT_ACCESS', message: 'no' },
    });
    const outcome = await bulk.destroy(all, { allowBulk: false });
    expect(outcome).toMatchObject({ total: 500, successful: 200, failed: 300 });
    const results = await outcome.toArray();
    expect(results[200]?.errors[0]?.errorCode).toBe('INSUFFICIENT_ACCESS');
    expect(results[499]?.errors[0]?.errorCode).toBe('NOT_PROCESSED');
    expect(await org.records('Account')).toHaveLength(300);
  });
});

describe('a lost answer of SObject Collections', () => {
  test.each(['drop-before', 'drop-after'] as const)('is settled by asking: delete, %s', async (kind) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 20, energy);
    await org.faults.add({ endpoint: 'collections.delete', action: { kind } });
    expect(await bulk.destroy(all)).toMatchObject({ successful: 20, failed: 0 });
    expect((await calls(org)).deletes).toBe(kind === 'drop-after' ? 1 : 2);
  });

  test.each(['drop-before', 'drop-after'] as const)('is settled by asking: update, %s', async (kind) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 20, energy);
    await org.faults.add({ endpoint: 'collections.update', action: { kind } });
    expect(await bulk.update(all, { Name: '${Name}!' })).toMatchObject({ successful: 20, failed: 0 });
    expect((await calls(org)).updates).toBe(kind === 'drop-after' ? 1 : 2);
    expect((await org.records('Account')).every(({ Name }) => /^A\d+!$/.test(String(Name)))).toBe(true);
  });

  test('is reported record by record when the org cannot be asked either', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 2, energy);
    await org.faults.add({ endpoint: 'collections.delete', action: { kind: 'drop-after' } });
    const refusal = { kind: 'answer', status: 400, errorCode: 'NO', message: 'no' } as const;
    await org.faults.add({ endpoint: 'rest.query', nth: 2, count: 'always', action: refusal });
    const results = await (await bulk.destroy(all)).toArray();
    expect(results.map(({ errors }) => errors[0]?.errorCode)).toEqual(['UNKNOWN_OUTCOME', 'UNKNOWN_OUTCOME']);
  });

  test('is reported record by record when no answer ever comes', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 2, energy);
    await org.faults.add({
      endpoint: 'collections.delete',
      count: 'always',
      action: { kind: 'drop-before' },
    });
    const outcome = await bulk.destroy(all);
    expect(outcome.failed).toBe(2);
    expect((await outcome.toArray())[0]?.errors[0]?.errorCode).toBe('UNKNOWN_OUTCOME');
    expect(await org.records('Account')).toHaveLength(2);
  });
});

describe('nothing is changed by', () => {
  test.each([
    ['Bulk API version 1', all, { bulkApiVersion: 1 }, UsageError],
    ['a query of groups', 'SELECT COUNT(Id) FROM Account GROUP BY Name', {}, UsageError],
    ['a field that does not exist', 'SELECT Id FROM Account WHERE Nmae = 1', {}, SoqlError],
    ['an object that does not exist', 'SELECT Id FROM Acount', {}, UsageError],
  ] as const)('%s', async (_, soql, options, error) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 1, energy);
    await expect(bulk.destroy(soql, options)).rejects.toThrow(error);
    expect(await org.records('Account')).toHaveLength(1);
  });

  const wrong: RecordTemplate[] = [{ Nmae: 'x' }, { CreatedDate: 'x' }, {}, { Name: '${Nmae}' }];
  test.each(wrong)('setting %j', async (change) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 1, energy);
    await expect(bulk.update(all, change)).rejects.toThrow(UsageError);
    expect(await org.records('Account')).toMatchObject([{ Name: 'A0' }]);
  });
});

test('a function makes the new values, of typed records whichever way they come', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 3, { ...energy, NumberOfEmployees: 2 });
  const soql = "SELECT Name, NumberOfEmployees FROM Account WHERE Industry = 'Energy'";
  for (const options of [{ allowBulk: false }, { bulkThreshold: 0 }]) {
    const outcome = await bulk.update(
      soql,
      (record) => ({ NumberOfEmployees: (record.NumberOfEmployees as number) * 2, Id: 'not this one' }),
      options,
    );
    expect(outcome.successful).toBe(3);
  }
  expect((await org.records('Account')).map(({ NumberOfEmployees }) => NumberOfEmployees)).toEqual([8, 8, 8]);
});

describe('null, empty text and #N/A clear a field', () => {
  const values = { Phone: '#N/A', Fax: '', Site: null, Description: '${BillingCity}', AnnualRevenue: '#N/A' };
  const changes: ReadonlyArray<readonly [string, RecordTemplate | RecordMapping]> = [
    ['as values', values],
    ['made by a function', () => ({ ...values, Description: '' })],
  ];
  test.each(
    changes.flatMap(([how, change]) => [
      [how, 'SObject Collections', change, { allowBulk: false }] as const,
      [how, 'Bulk', change, { bulkThreshold: 0 }] as const,
    ]),
  )('%s, over %s', async (_how, _route, change, options) => {
    const { org, bulk } = await openBulk();
    const before = { Phone: '5', Fax: '6', Site: 'x', Description: 'y', AnnualRevenue: 7 };
    addAccounts(org, 1, { ...energy, ...before });
    expect(await bulk.update(all, change, options)).toMatchObject({ successful: 1 });
    const cleared = Object.fromEntries(Object.keys(before).map((name) => [name, null]));
    expect(await org.records('Account')).toMatchObject([{ Name: 'A0', ...cleared }]);
  });
});

test('a parent’s values are typed as well, whichever way they come', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 1, { NumberOfEmployees: 2 });
  const [account] = await org.records('Account');
  org.database.load('Contact', [{ LastName: 'C', AccountId: account?.Id ?? '' }]);
  const seen: unknown[] = [];
  const change = (record: Record<string, unknown>) => {
    seen.push(record.Account);
    return { FirstName: 'F' };
  };
  const soql = 'SELECT Account.NumberOfEmployees FROM Contact';
  for (const options of [{ allowBulk: false }, { bulkThreshold: 0 }])
    await bulk.update(soql, change, options);
  expect(seen).toMatchObject([{ NumberOfEmployees: 2 }, { NumberOfEmployees: 2 }]);
});

test('what cannot be read whole leaves no file behind, and nothing is changed', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 3);
  const folder = await tempFolder();
  await org.faults.add({
    endpoint: 'query.results',
    count: 'always',
    action: { kind: 'truncate', keepRecords: 1 },
  });
  const undoPath = join(folder, 'undo.csv');
  const change = bulk.destroy('SELECT Id FROM Account', { undoPath, bulkThreshold: 0 });
  await expect(change).rejects.toThrow();
  expect(await readdir(folder)).toEqual([]);
  expect(await org.records('Account')).toHaveLength(3);
});

test('the saved file puts the old values back, null included', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 1, { ...energy, Phone: '1, "2"' });
  addAccounts(org, 1, energy);
  const before = await org.records('Account');
  const undoPath = join(await tempFolder(), 'undo.csv');
  await bulk.update(all, { Phone: 'gone', Name: 'gone' }, { undoPath });
  const input = await readFile(undoPath, 'utf8');
  await bulk.loadAndWaitForResults({ object: 'Account', operation: 'update', input });
  const values = (records: typeof before) => records.map(({ Id, Name, Phone }) => ({ Id, Name, Phone }));
  expect(values(await org.records('Account'))).toEqual(values(before));
});
