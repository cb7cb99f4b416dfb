import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';

const ways = [{ allowBulk: false }, { bulkThreshold: 0 }];

test.each(['CreatedDate', 'AnnualRevenue', 'NumberOfEmployees', 'IsDeleted', 'Owner.Name'])(
  'a template writes ${%s} in the same way over Collections and over Bulk',
  async (path) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 1, { AnnualRevenue: 12345678.5, NumberOfEmployees: 3 });
    const written: unknown[] = [];
    for (const way of ways) {
      await bulk.update('SELECT Id FROM Account', { Description: `of \${${path}}` }, way);
      written.push((await org.records('Account')).map(({ Description }) => Description));
    }
    expect(written[0]).not.toEqual(['of ']);
    expect(written[1]).toEqual(written[0]);
  },
);

test.each(['${BillingAddress}', 'at ${BillingAddress}', '${Parent.BillingAddress}'])(
  'what is made of several fields is refused in a template: %s',
  async (Description) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 1);
    for (const way of ways) {
      const change = bulk.update('SELECT Id FROM Account', { Description }, way);
      await expect(change).rejects.toThrow(UsageError);
      await expect(change).rejects.toThrow('is made of several fields');
    }
    expect((await org.records('Account'))[0]?.Description ?? null).toBeNull();
  },
);
