import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyOrgs, id, linesOf } from '../../../support/copy-orgs.ts';

/** Accounts of both orgs with the same names; those of the target have a description, and a site. */
async function orgsWith(sites: ReadonlyArray<string | null>) {
  const orgs = await copyOrgs({
    Account: sites.map((Site, index) => ({ Id: id('001', index), Name: `A${index}`, Site })),
  });
  const there = sites.map((_, index) => ({
    Name: `A${index}`,
    External_Id__c: `A${index}`,
    Description: 'old',
  }));
  orgs.target.database.load('Account', there);
  return orgs;
}

const byName = { fields: ['Name'], key: ['Name'] };
const byExternalId = { fields: ['Name'], key: ['External_Id__c'] };

test.each([
  ['matched here', byName, {}],
  ['matched by the target', byExternalId, { External_Id__c: '${Name}' }],
])('a template without a value clears the field of a record that is %s', async (_, how, set) => {
  const orgs = await orgsWith([null, 'new']);
  await orgs.copy({ objects: [{ object: 'Account', ...how, set: { ...set, Description: '${Site}' } }] });
  const found = await orgs.target.records('Account');
  expect(found.map(({ Description }) => Description)).toEqual([null, 'new']);
});

test('a record is held where a template comes out as #N/A, and its fields stay as they are', async () => {
  const orgs = await orgsWith(['#N/A', 'b', '#N/A ']);
  const status = await orgs.copy({
    objects: [{ object: 'Account', ...byName, set: { Description: '${Site}', Fax: 'x${Site}' } }],
  });
  expect(status.totals).toMatchObject({ successful: 2, held: 1 });
  const held = await linesOf(join(orgs.folder, 'results', 'Account-held-records.csv'));
  expect(held).toEqual([expect.stringMatching(/^001Sr\w+,VALUE_IS_NULL_MARK,Description,$/)]);
  const [first] = await orgs.target.records('Account');
  expect(first).toMatchObject({ Name: 'A0', Description: 'old' });
  expect(first?.Fax ?? null).toBeNull();
});

test('a plan that sets #N/A itself clears the field', async () => {
  const orgs = await orgsWith(['a']);
  await orgs.copy({ objects: [{ object: 'Account', ...byName, set: { Description: '#N/A' } }] });
  expect((await orgs.target.records('Account'))[0]?.Description).toBeNull();
});
