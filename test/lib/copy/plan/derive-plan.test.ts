import { expect, test } from 'vitest';
import { derivePlan } from '../../../../src/lib/copy/plan/derive-plan.js';
import { parsePlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import { accounts, contacts, copyOrgs, links, planOrg } from '../../../support/copy-orgs.ts';

async function orgsWithPlan(...objects: string[]) {
  const orgs = await copyOrgs({ Account: accounts(5), Contact: contacts(10, 5) });
  const ends = { source: planOrg(orgs.contexts.source), target: planOrg(orgs.contexts.target) };
  return { orgs, text: await derivePlan({ objects, ...ends }) };
}

test('a derived plan is one that can be run, parents first', async () => {
  const { orgs, text } = await orgsWithPlan('contact', 'account');
  const plan = parsePlanFile(text, 'plan.yaml');
  expect(plan.objects.map(({ object }) => object)).toEqual(['Account', 'Contact']);
  const withoutKeys = plan.objects.map(({ object }) => ({ object }));
  await orgs.copy({ objects: withoutKeys });
  expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(
    await links(orgs.source, 'Contact', 'AccountId', 'Account'),
  );
});

test('comments say why an object is there, how it is linked, and what is left out', async () => {
  const { text } = await orgsWithPlan('Contact', 'Account');
  expect(text).toMatch(/ {2}# Named with --sobject\.\n(?: {2}#.*\n)+ {2}- object: Account\n/);
  expect(text).toMatch(
    /# AccountId refers to Account; if the parent isn't copied, it stays as it is \(empty in new records\)\./,
  );
  expect(text).toMatch(/# ReportsToId refers to Contact itself/);
  expect(text).toMatch(/# Left out \(is filled by the org\): .*CreatedDate/);
  expect(text).toMatch(/# within: \[AccountId\]/);
  expect(text).toMatch(/# mask: \{ .*Email: email/);
  expect(text.split('\n').every((line) => line.length <= 140)).toBe(true);
});

test('unique external ids of both orgs are offered as keys, and none is one until a person says so', async () => {
  const { text } = await orgsWithPlan('Account', 'Contact', 'Shipment__c');
  const { objects } = parsePlanFile(text, 'plan.yaml');
  const keys = Object.fromEntries(objects.map(({ object, key }) => [object, key]));
  expect(keys).toEqual({
    Account: undefined,
    Contact: undefined,
    Shipment__c: undefined,
  });
  expect(text).toMatch(/# key: Tracking_Number__c {3}# updates records that are there, holds those/);
  expect(text).toMatch(/# key: External_Id__c .*\n {4}# unique external ids: External_Id__c, Iata_Code__c\n/);
});
