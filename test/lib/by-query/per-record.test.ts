import { describe, expect, test } from 'vitest';
import { applySaved } from '../../../src/lib/by-query/apply-saved.js';
import { findRecords } from '../../../src/lib/by-query/find.js';
import { saveFound } from '../../../src/lib/by-query/save.js';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';

const all = 'SELECT Id FROM Account';
const ways = [
  ['collections', { allowBulk: false }],
  ['bulk', { bulkThreshold: 0 }],
] as const;

const codesOf = (results: ReadonlyArray<{ errors: ReadonlyArray<{ errorCode: string }> }>): string[] =>
  results.flatMap(({ errors }) => errors.map(({ errorCode }) => errorCode));

describe.each(ways)('over %s', (route, options) => {
  test.each(['delete', 'update'] as const)('a record already gone fails alone: %s', async (operation) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 3);
    const context = bulk.context();
    const request =
      operation === 'delete'
        ? { operation, soql: all, ...options }
        : { operation, soql: all, change: { Phone: '1' }, ...options };
    const saved = await saveFound(await findRecords(request, context), context);
    await bulk.destroy("SELECT Id FROM Account WHERE Name = 'A1'");
    const outcome = await applySaved(saved, context);
    expect(outcome).toMatchObject({ route, total: 3, successful: 2, failed: 1 });
    expect(codesOf(await outcome.toArray())).toEqual(['ENTITY_IS_DELETED']);
  });

  test('records of an object that may not be deleted fail one by one', async () => {
    const { org, bulk } = await openBulk({ quirks: { deletesOfUndeletable: 'row-errors' } });
    const users = await org.records('User');
    const outcome = await bulk.destroy('SELECT Id FROM User', options);
    expect(outcome).toMatchObject({ route, total: users.length, successful: 0, failed: users.length });
    const results = await outcome.toArray();
    expect(results.map(({ id }) => id).sort()).toEqual(users.map(({ Id }) => Id).sort());
    expect(new Set(codesOf(results))).toEqual(new Set(['INVALID_TYPE_FOR_OPERATION']));
  });
});

test('a delete that the org refuses when the job is created is an error, and deletes nothing', async () => {
  const { org, bulk } = await openBulk();
  await expect(bulk.destroy('SELECT Id FROM User', { bulkThreshold: 0 })).rejects.toThrow(
    'No create/update access for object:User',
  );
  expect(await org.records('User')).not.toEqual([]);
  expect((await org.jobs()).map(({ kind }) => kind)).toEqual(['query']);
});

test('a locked record fails alone over bulk', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 4);
  const lock = { kind: 'lock-rows', everyNth: 4, tries: 5 } as const;
  await org.faults.add({ endpoint: 'ingest.process', action: lock });
  const outcome = await bulk.destroy(all, { bulkThreshold: 0 });
  expect(outcome).toMatchObject({ successful: 3, failed: 1 });
  expect(codesOf(await outcome.toArray())).toEqual(['UNABLE_TO_LOCK_ROW']);
});

test('a locked record fails alone over collections', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 2);
  const [one, other] = (await org.records('Account')).map(({ Id }) => Id);
  const locked = {
    statusCode: 'UNABLE_TO_LOCK_ROW',
    message: 'unable to obtain exclusive access',
    fields: [],
  };
  const body = JSON.stringify([
    { id: one, success: true, errors: [] },
    { success: false, errors: [locked] },
  ]);
  const headers = { 'content-type': 'application/json' };
  await org.faults.add({
    endpoint: 'collections.delete',
    action: { kind: 'answer', status: 200, body, headers },
  });
  const results = await (await bulk.destroy(all)).toArray();
  expect(results).toMatchObject([
    { id: one, success: true },
    { id: other, success: false, errors: [{ errorCode: 'UNABLE_TO_LOCK_ROW' }] },
  ]);
});

describe('values that the org cannot read, which refuse their whole call of SObject Collections', () => {
  const change = { NumberOfEmployees: '${Description}' };
  const calls = async (org: Awaited<ReturnType<typeof openBulk>>['org']) =>
    (await org.counters()).requests['collections.update'];

  test('fail alone, and the others are changed', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 150, { Description: '7' });
    addAccounts(org, 1, { Description: 'seven' });
    addAccounts(org, 100, { Description: '8' });
    const outcome = await bulk.update(all, change, { allowBulk: false });
    expect(outcome).toMatchObject({ total: 251, successful: 250, failed: 1 });
    expect(codesOf(await outcome.toArray())).toEqual(['JSON_PARSER_ERROR']);
    const values = (await org.records('Account')).map(({ NumberOfEmployees }) => NumberOfEmployees);
    expect(new Set(values)).toEqual(new Set([7, 8, null]));
    expect(await calls(org)).toBeLessThan(20);
  });

  test('fail together without a call for each when they all are such', async () => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 1_000, { Description: 'seven' });
    const outcome = await bulk.update(all, change, { allowBulk: false });
    expect(outcome).toMatchObject({ total: 1_000, successful: 0, failed: 1_000 });
    expect(new Set(codesOf(await outcome.toArray()))).toEqual(new Set(['JSON_PARSER_ERROR']));
    expect(await calls(org)).toBeLessThan(40);
  });
});
