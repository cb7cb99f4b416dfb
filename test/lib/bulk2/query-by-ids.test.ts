import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { longId } from '../../../src/lib/api/identifiers.js';
import { UsageError } from '../../../src/lib/errors.js';
import { failureOf } from '../../support/failure-of.ts';
import { addAccounts, openBulk } from './open-bulk.ts';

const unknown = '0019zzzzzzzzzzz';

async function opened(count: number) {
  const open = await openBulk();
  addAccounts(open.org, count);
  const ids = (await open.org.records('Account')).map(({ Id }) => String(Id));
  return { ...open, ids };
}

test('records of ids come from as many jobs as it takes, and ids without one are told', async () => {
  const { bulk, ids, org } = await opened(7);
  // A long condition leaves room for two ids a query.
  const condition = `Name != '${'x'.repeat(99_888)}'`;
  const missing: string[] = [];
  const jobs: string[] = [];
  const records = await bulk.query(`SELECT Name FROM Account WHERE ${condition}`, {
    ids: [...ids, unknown, ids[0]?.slice(0, 15) ?? ''],
    onNotFound: (id) => missing.push(id),
    onJob: ({ id }) => jobs.push(id),
  });
  const found = await records.toArray();
  expect(found.map(({ Id }) => Id).sort()).toEqual([...ids].sort());
  expect(found.map(({ Name }) => Name).sort()).toEqual(['A0', 'A1', 'A2', 'A3', 'A4', 'A5', 'A6']);
  expect(missing).toEqual([longId(unknown)]);
  expect(jobs).toHaveLength(4);
  expect(await org.jobs()).toHaveLength(4);
});

test('they are CSV with one header, typed records, and nothing for no ids', async () => {
  const { bulk, ids } = await opened(2);
  const soql = 'SELECT Id, AnnualRevenue FROM Account';
  const csv = await text((await bulk.query(soql, { ids: new Set(ids) })).stream());
  expect(csv.split('\n').filter((line) => line.includes('AnnualRevenue'))).toHaveLength(1);
  const [record] = await (await bulk.query(soql, { ids, typed: true })).toArray();
  expect(record).toMatchObject({ AnnualRevenue: null });
  expect(await (await bulk.query(soql, { ids: [] })).toArray()).toEqual([]);
});

test.each([
  [['001', 'x'], "isn't a record id"],
  [['0019zzzzzzzzzzzAAB'], "isn't a record id"],
  ['001000000000001', 'is no list of ids'],
])('%j is refused, and nothing is asked of the org', async (ids, message) => {
  const { bulk, org } = await opened(1);
  const error = await failureOf<UsageError>(bulk.query('SELECT Id FROM Account', { ids }));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain(message);
  expect(await org.jobs()).toEqual([]);
});

test('a query that the org refuses is refused at once', async () => {
  const { bulk, ids } = await opened(1);
  const error = await failureOf(bulk.query('SELECT Id, Nothing__c FROM Account', { ids }));
  expect(error.message).toContain('Nothing__c');
});
