import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/index.js';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';

const computing = [
  'SELECT COUNT() FROM Account',
  'SELECT COUNT() FROM Account LIMIT 1',
  'select count(Id) from Account',
  'SELECT COUNT(Id) total FROM Account',
  'SELECT COUNT_DISTINCT(Industry) FROM Account',
  'SELECT MAX(CreatedDate) FROM Account',
  "SELECT Industry FROM Account WHERE Industry = 'Energy' GROUP BY Industry",
  'SELECT Industry, COUNT(Id) FROM Account GROUP BY ROLLUP(Industry)',
  'SELECT Industry FROM Account GROUP   BY Industry HAVING COUNT(Id) > 1',
  'SELECT FORMAT(MIN(CreatedDate)) first FROM Account',
  'SELECT Id, CALENDAR_YEAR(CreatedDate) FROM Account',
  'SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account',
  'SELECT Name other FROM Account',
  'SELECT Id FROM Account WHERE Name = ',
  'SELECT Id FROM Account what is this',
  'SELECT Id FROM Account ALL ROWS',
  'COUNT everything',
];

describe('a query that counts, groups or cannot be read changes no record and sends no request', () => {
  test.each(computing)('%s', async (soql) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 2, { Industry: 'Energy' });
    const change = { Name: 'changed' };
    for (const options of [{ allowBulk: false }, { bulkThreshold: 0 }]) {
      await expect(bulk.destroy(soql, options)).rejects.toThrow(UsageError);
      await expect(bulk.update(soql, change, options)).rejects.toThrow(UsageError);
      await expect(bulk.update(soql, () => change, options)).rejects.toThrow(UsageError);
    }
    await expect(bulk.destroy(soql, { hardDelete: true })).rejects.toThrow(UsageError);
    expect((await org.counters()).apiRequests).toBe(0);
    expect(await org.records('Account')).toMatchObject([{ Name: 'A0' }, { Name: 'A1' }]);
  });
});

test.each([
  'SELECT toLabel(Industry) FROM Account',
  'SELECT Id, FORMAT(AnnualRevenue) revenue FROM Account',
  'SELECT FORMAT(convertCurrency(AnnualRevenue)) FROM Account',
  'SELECT FORMAT ( AnnualRevenue ) FROM Account',
])('a select list that only shows values in another form is no obstacle: %s', async (soql) => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 2, { Industry: 'Energy' });
  expect(await bulk.destroy(soql)).toMatchObject({ total: 2, successful: 2 });
});
