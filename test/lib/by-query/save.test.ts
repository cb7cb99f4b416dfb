import { expect, test } from 'vitest';
import type { RecordTemplate } from '../../../src/lib/index.js';
import { openBulk } from '../bulk2/open-bulk.ts';

const soql = "SELECT Id FROM Account WHERE Name LIKE 'Child%'";
const nested: RecordTemplate = { Parent: { External_Id__c: null }, Phone: '1' };
const flat = { 'Parent.External_Id__c': null, Phone: '1' };

test.each([
  { bulkThreshold: 0, change: nested },
  { bulkThreshold: 0, change: () => flat },
  { allowBulk: false, change: nested },
  { allowBulk: false, change: () => flat },
])('a change that makes the key of a parent null clears the lookup: %j', async ({ change, ...options }) => {
  const { org, bulk } = await openBulk();
  org.database.load('Account', [{ Name: 'Top', External_Id__c: 'top' }, { Name: 'Child 1' }]);
  await bulk.update(soql, { Parent: { External_Id__c: 'top' } }, options);
  const [top] = await org.records('Account');
  expect((await org.records('Account'))[1]).toMatchObject({ ParentId: top?.Id });
  await bulk.update(soql, change, options);
  expect((await org.records('Account'))[1]).toMatchObject({ ParentId: null, Phone: '1' });
});
