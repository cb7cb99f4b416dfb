import { expect, test } from 'vitest';
import { copyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

test.each([
  ['Contact', { AccountId: '${ReportsToId}' }, "AccountId can't be set to ${ReportsToId}"],
  ['Contact', { ReportsToId: '${ Id }' }, "ReportsToId can't be set to ${Id}"],
  ['Account', { OwnerId: '${OwnerId}' }, "OwnerId can't be set to ${OwnerId}"],
])('an id of the source is refused as the lookup of a record: %s %j', async (object, set, problem) => {
  const orgs = await copyOrgs({});
  const refusal = await failureOf(orgs.plan({ objects: [{ object, set }] }));
  expect(refusal.message).toContain(`${object}: the lookup ${problem}, an id of the source`);
  expect(await orgs.target.jobs()).toEqual([]);
});

test('an id of the source is a text like any other, and a lookup may be set to an id of the target', async () => {
  const orgs = await copyOrgs({ Account: [{ Name: 'Alpha' }] });
  const [user] = await orgs.target.records('User');
  const set = { Description: 'was ${Id} of ${OwnerId}', OwnerId: String(user?.Id) };
  await orgs.copy({ objects: [{ object: 'Account', fields: ['Name'], set }] });
  const [account] = await orgs.target.records('Account');
  expect(account?.OwnerId).toBe(user?.Id);
  expect(account?.Description).toMatch(/^was 001\w{15} of 005\w{15}$/);
});
