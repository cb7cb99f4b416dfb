import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { BulkV2 } from '../../../src/lib/bulk2/bulk2.js';
import { startOrg, type Org } from '../../../local-org/index.ts';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';
import { computing } from '../soql/queries.ts';

describe('a query that counts, groups or cannot be read changes no record and sends no request', () => {
  let org: Org;
  let bulk: BulkV2;
  beforeAll(async () => {
    org = await startOrg({});
    const request = () => Promise.reject(new Error('asked'));
    const connection = { instanceUrl: org.url, accessToken: org.accessToken, version: '60.0', request };
    bulk = new BulkV2(connection, { stateFolder: join(tmpdir(), 'never-used') });
    addAccounts(org, 2, { Industry: 'Energy' });
  });
  afterAll(async () => {
    await bulk.close();
    await org.stop();
  });

  test.each(computing)('%s', async (soql) => {
    await org.resetCounters();
    const change = { Name: 'changed' };
    for (const options of [{ allowBulk: false }, { bulkThreshold: 0 }]) {
      await expect(bulk.destroy(soql, options)).rejects.toThrow(UsageError);
      await expect(bulk.update(soql, change, options)).rejects.toThrow(UsageError);
      await expect(bulk.update(soql, () => change, options)).rejects.toThrow(UsageError);
    }
    await expect(bulk.destroy(soql, { hardDelete: true })).rejects.toThrow(UsageError);
    const { log } = await org.counters();
    expect(log.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
    expect(await org.records('Account')).toMatchObject([{ Name: 'A0' }, { Name: 'A1' }]);
  });
});

test.each([
  'SELECT toLabel(Industry) FROM Account',
  'SELECT Id, FORMAT(AnnualRevenue) revenue FROM Account',
  'SELECT FORMAT(convertCurrency(AnnualRevenue)) FROM Account',
  'SELECT FORMAT ( AnnualRevenue ) FROM Account',
  'SELECT FIELDS(ALL) FROM Account LIMIT 200',
  `SELECT Id FROM Account WHERE ${'('.repeat(10)}Industry = 'Energy'${')'.repeat(10)}`,
  'SELECT Id FROM Account WHERE CALENDAR_YEAR(CreatedDate) > 2000',
  "SELECT Id FROM Account WHERE Name != 'COUNT() GROUP BY'",
])('a query that finds records is no obstacle, whatever it selects: %s', async (soql) => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 2, { Industry: 'Energy' });
  expect(await bulk.destroy(soql)).toMatchObject({ total: 2, successful: 2 });
});

test.each([
  'SELECT COUNT FROM Account',
  'SELECT Bogus FROM Account',
  'SELECT Count.Id FROM Account',
  'SELECT FIELDS(ALL) FROM Account',
  'SELECT FORMAT(FIELDS(ALL)) FROM Account',
  'SELECT Id, (SELECT Bogus FROM Contacts) FROM Account',
])(
  'a query that the org would refuse changes no record, though what it selects is not needed: %s',
  async (soql) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 2, { Industry: 'Energy' });
    for (const options of [{ allowBulk: false }, { bulkThreshold: 0 }]) {
      await expect(bulk.destroy(soql, options)).rejects.toThrow();
      await expect(bulk.update(soql, { Name: 'changed' }, options)).rejects.toThrow();
    }
    expect(await org.records('Account')).toMatchObject([{ Name: 'A0' }, { Name: 'A1' }]);
  },
);
