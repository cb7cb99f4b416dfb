import { expect, test } from 'vitest';
import { copyFiles, filesIn } from '../../../support/copy-files.ts';
import { copyOrgs, links } from '../../../support/copy-orgs.ts';

const plan = `version: 1
objects:
  - object: Account
    file: accounts.csv
    key: External_Id__c
    operation: insert
  - object: Contact
    file: contacts.csv
    key: [AccountId, LastName]
    lookups: { AccountId: { of: Account, by: External_Id__c } }
`;

test('new records with a unique external id are known by it, also where the target does not match them itself', async () => {
  const orgs = await copyOrgs({});
  // A number with more digits than the org keeps comes back as another one.
  await filesIn(orgs, {
    'accounts.csv': 'Name,External_Id__c,AnnualRevenue\nA,a,12345678901234567\nB,b,12345678901234569\n',
    'contacts.csv': 'LastName,AccountId\nof A,a\nof B,b\n',
  });
  const { totals } = await copyFiles(orgs, plan);
  expect(totals).toMatchObject({ successful: 4, failed: 0, held: 0 });
  expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual({ 'of A': 'A', 'of B': 'B' });
});
