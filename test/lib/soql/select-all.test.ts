import { expect, test } from 'vitest';
import { checkSoql } from '../../../src/lib/soql/check.js';
import { selectAll } from '../../../src/lib/soql/select-all.js';
import { account, contact, describeOf } from '../describe/fake-describe.ts';

test('all fields are those that a Bulk job can return', () => {
  expect(selectAll({ describe: contact })).toEqual({
    soql: 'SELECT Id, LastName, Email, AccountId, Mother__c, Company__c, Ext__c, Old_Ext__c FROM Contact',
    leftOut: ['Photo__c'],
  });
  expect(selectAll({ describe: account }).leftOut).toEqual(['BillingAddress']);
});

test('the query for all fields passes the check', async () => {
  const { soql } = selectAll({ describe: account, where: "Name = 'x'" });
  expect((await checkSoql(soql, { describeOf })).problems).toEqual([]);
});

test.each(["Name = 'x'", " where  Name = 'x' "])('takes the condition "%s"', (where) => {
  const { soql } = selectAll({ describe: account, fields: [' Id', 'Parent.Name', 'ID', ''], where });
  expect(soql).toBe("SELECT ID, Parent.Name FROM Account WHERE Name = 'x'");
});
