import { expect, test } from 'vitest';
import { SoqlError } from '../../../src/lib/index.js';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';

/** 40 KB, which no address may have; a Bulk query may. */
const long = (list = 'Id'): string =>
  `SELECT ${list} FROM Account WHERE Name IN (${Array.from({ length: 4_000 }, (_, index) => `'A${index}'`).join(', ')})`;

const requestsOf = async ({ org }: Awaited<ReturnType<typeof openBulk>>) => {
  const { requests, log } = await org.counters();
  return {
    rest: log.filter(({ endpoint, url }) => endpoint === 'rest.query' && url.includes('Account')).length,
    queryJobs: requests['query.create'] ?? 0,
    updates: requests['collections.update'] ?? 0,
    deletes: requests['collections.delete'] ?? 0,
    loads: requests['ingest.create'] ?? 0,
  };
};
const once = { rest: 0, queryJobs: 1, updates: 0, deletes: 0, loads: 0 };

test.each([
  [3, { ...once, deletes: 1 }],
  [201, { ...once, loads: 1 }],
])('a query too long for an address finds %i records with one Bulk query', async (count, requests) => {
  const opened = await openBulk();
  addAccounts(opened.org, count);
  const outcome = await opened.bulk.destroy(long());
  expect(outcome).toMatchObject({ total: count, successful: count });
  expect(await opened.org.records('Account')).toEqual([]);
  expect(await requestsOf(opened)).toEqual(requests);
});

test('its records have typed values, as those of a short one', async () => {
  const opened = await openBulk();
  addAccounts(opened.org, 2, { NumberOfEmployees: 3 });
  const change = (record: Record<string, unknown>) => ({
    NumberOfEmployees: (record.NumberOfEmployees as number) * 2,
  });
  await opened.bulk.update(long('Name, NumberOfEmployees'), change);
  expect(await opened.org.records('Account')).toMatchObject([
    { NumberOfEmployees: 6 },
    { NumberOfEmployees: 6 },
  ]);
  expect(await requestsOf(opened)).toEqual({ ...once, updates: 1 });
});

test('what a Bulk query cannot do is refused with it, before it is sent', async () => {
  const opened = await openBulk();
  addAccounts(opened.org, 2);
  const change = () => ({ Name: 'changed' });
  for (const soql of [`${long()} OFFSET 1`, long('Id, (SELECT Id FROM Contacts)')])
    await expect(opened.bulk.update(soql, change)).rejects.toThrow(SoqlError);
  expect(await requestsOf(opened)).toEqual({ ...once, queryJobs: 0 });
  expect(await opened.org.records('Account')).toMatchObject([{ Name: 'A0' }, { Name: 'A1' }]);
});
