import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import { Events } from '../../../../src/lib/events.js';
import { copyFiles, filesIn } from '../../../support/copy-files.ts';
import { copyOrgs, failing, linesOf, links, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const contactPlan = `
version: 1
objects:
  - object: Contact
    file: contacts/*
    map: { family: LastName, company: AccountId }
    lookups:
      AccountId: { of: Account, by: External_Id__c }
  - object: Account
    file: accounts.csv
    key: External_Id__c
`;

async function orgsWithBlankRows(): Promise<CopyOrgs> {
  const orgs = await copyOrgs({});
  await filesIn(orgs, {
    'accounts.csv': 'External_Id__c,Name\n,\n"",""\nA,Alpha\n',
    'contacts/1.csv': 'family,company\nOne,A\n,\nTwo,A\n,\n',
    'contacts/2.ndjson': '{"family":"","company":""}\n{"family":"Three","company":"A"}\n',
  });
  return orgs;
}

describe('blank rows of files', () => {
  test('are counted by a warning for each file, and by the numbers of the others', async () => {
    const orgs = await orgsWithBlankRows();
    const events = new Events<CopyEvents>();
    const warnings: string[] = [];
    events.on('warning', (text) => warnings.push(text));
    const status = await copyFiles(orgs, contactPlan, 'results', events);
    expect(status.totals).toMatchObject({ successful: 4, failed: 0, held: 0 });
    expect(warnings.sort()).toEqual([
      '1 row of 2.ndjson has no values and is skipped.',
      '2 rows of 1.csv have no values and are skipped.',
      '2 rows of accounts.csv have no values and are skipped.',
    ]);
    const ids = await linesOf(join(orgs.folder, 'results/Contact-ids.csv'));
    expect(ids.map((line) => line.split(',')[0])).toEqual(['1', '3', '6']);
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual({
      One: 'Alpha',
      Two: 'Alpha',
      Three: 'Alpha',
    });
  });

  test('count in the files of records that failed or were held', async () => {
    const orgs = await orgsWithBlankRows();
    await orgs.target.faults.add(failing('Name', ['Alpha']));
    const status = await copyFiles(orgs, contactPlan);
    const failed = await linesOf(status.steps[0]?.files[0]?.failed ?? '');
    expect(failed[0]).toMatch(/(^|,)3(,|$)/);
    const held = await linesOf(join(orgs.folder, 'results/Contact-held-records.csv'));
    expect(held.map((line) => line.split(',')[0])).toEqual(['1', '3', '6']);
  });

  test.each([
    [
      'a key',
      'External_Id__c,Name\na,x\n,\nA,y\n',
      'key: External_Id__c',
      'have the same External_Id__c, "a"',
    ],
    ['a matched key', 'Site,Name\na,x\n,\na,y\n', 'key: Site', '"a"'],
    [
      'a key of records with ids',
      'Id,External_Id__c,Name\n001000000000001,a,x\n,,\n001000000000002,A,y\n',
      'key: External_Id__c',
      'have the same External_Id__c, "a"',
    ],
    ['an id', 'Id,Name\n001000000000001,x\n,\n001000000000001AAA,y\n', '', 'have the Id 001000000000001AAA'],
  ])('count in the rows that have %s in common', async (_, csv, key, text) => {
    const orgs = await copyOrgs({});
    await filesIn(orgs, { 'accounts.csv': csv });
    const yaml = `version: 1\nobjects:\n  - object: Account\n    file: accounts.csv\n    ${key}\n`;
    const failure = await failureOf(copyFiles(orgs, yaml));
    expect(failure.message).toContain(text);
    expect(failure.message).toContain('rows 1 and 3 of');
  });
});

test('records of files that are of another object are told, and a null key leaves the parent that there is', async () => {
  const orgs = await copyOrgs({});
  const attributes = { type: 'Lead' };
  const contact = { attributes, External_Id__c: 'c', family: 'One' };
  await filesIn(orgs, {
    'accounts.csv': 'External_Id__c,Name\nA,Alpha\n',
    'contacts/1.json': JSON.stringify([{ ...contact, Account: { External_Id__c: 'A' } }]),
  });
  const plan = contactPlan
    .replace('company: AccountId', 'Account.External_Id__c: AccountId')
    .replace('contacts/*', 'contacts/1.json\n    key: External_Id__c');
  const events = new Events<CopyEvents>();
  const warnings: string[] = [];
  events.on('warning', (text) => warnings.push(text));
  await copyFiles(orgs, plan, 'results', events);
  expect(warnings).toEqual([
    '1 record of 1.json has another type in "attributes" than Contact, into which it is loaded: Lead (1).',
  ]);
  const parents = () => links(orgs.target, 'Contact', 'AccountId', 'Account');
  expect(await parents()).toMatchObject({ One: 'Alpha' });
  await filesIn(orgs, {
    'contacts/1.json': JSON.stringify([{ ...contact, Account: { External_Id__c: null } }]),
  });
  await copyFiles(orgs, plan, 'again');
  expect(await parents()).toMatchObject({ One: 'Alpha' });
});
