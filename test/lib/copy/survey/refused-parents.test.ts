import { expect, test } from 'vitest';
import { InputError, UsageError } from '../../../../src/lib/errors.js';
import { copyFiles, filesIn } from '../../../support/copy-files.ts';
import { copyOrgs, links, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const plan = `
version: 1
objects:
  - { object: Account, file: accounts.csv }
  - { object: Contact, file: contacts/1.csv }
`;

async function orgsWith(accounts: string, contacts: string): Promise<CopyOrgs> {
  const orgs = await copyOrgs({});
  await filesIn(orgs, { 'accounts.csv': accounts, 'contacts/1.csv': contacts });
  return orgs;
}

test('lookups to an object whose file has no ids are refused before anything is sent', async () => {
  const contacts = 'Id,LastName,AccountId\n003000000000001AAA,One,001000000000002AAA\n';
  const orgs = await orgsWith('Name\nAlpha\n', contacts);
  const failure = await failureOf<UsageError>(copyFiles(orgs, plan));
  expect(failure).toBeInstanceOf(UsageError);
  expect(failure.message).toBe(
    'AccountId of Contact 003000000000001AAA names "001000000000002AAA", and the file of Account has no Ids: no parent can be found in it.',
  );
  expect(failure.actions).toContain(
    'Or name parents by a key of theirs: lookups: { AccountId: { of: Account, by: … } }.',
  );
  expect(await orgs.target.jobs()).toEqual([]);
});

test.each([
  ['the lookup is left out', plan.replace('1.csv }', '1.csv, map: { AccountId: "" } }'), 2, 0],
  ['they are cleared', plan.replace('1.csv }', '1.csv, lookups: { AccountId: { missing: clear } } }'), 2, 0],
  ['they are held', plan.replace('1.csv }', '1.csv, lookups: { AccountId: { missing: hold } } }'), 1, 1],
])('unless %s', async (_, yaml, successful, held) => {
  const orgs = await orgsWith('Name\nAlpha\n', 'LastName,AccountId\nOne,001000000000002AAA\n');
  expect((await copyFiles(orgs, yaml)).totals).toMatchObject({ successful, held });
});

test('a lookup without a value is no such lookup', async () => {
  const orgs = await orgsWith('Name\nAlpha\n', 'LastName,AccountId\nOne,\n');
  expect((await copyFiles(orgs, plan)).totals).toMatchObject({ successful: 2, held: 0 });
});

test('objects whose ids begin alike are refused where lookups refer to one of them', async () => {
  const accounts = 'Id,Name\n000000000000001,Alpha\n';
  const contacts = 'Id,LastName,AccountId\n000000000000001,One,000000000000001\n';
  const orgs = await orgsWith(accounts, contacts);
  const { message } = await failureOf(copyFiles(orgs, plan));
  expect(message).toMatch(/^Account and Contact: their Ids begin with the same characters, "000"/);
  await filesIn(orgs, { 'contacts/1.csv': 'Id,LastName\n000000000000001,One\n' });
  expect((await copyFiles(orgs, plan)).totals).toMatchObject({ successful: 2 });
});

test('files of an object with ids of two kinds are refused with the row', async () => {
  const accounts = 'Id,Name\n001000000000001,Alpha\n003000000000002,Beta\n';
  const orgs = await orgsWith(accounts, 'LastName,AccountId\nOne,001000000000001\n');
  const failure = await failureOf<InputError>(copyFiles(orgs, plan));
  expect(failure.problems).toMatchObject([{ code: 'INVALID_ID', row: 2 }]);
  expect(failure.message).toContain('The Id "003000000000002" doesn\'t begin with "001"');
  expect(await orgs.target.jobs()).toEqual([]);
  await filesIn(orgs, { 'accounts.csv': accounts.replace('003', '001') });
  await copyFiles(orgs, plan);
  expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual({ One: 'Alpha' });
});

test('of several objects that a lookup may refer to, only those without ids are meant', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, {
    'accounts.csv': 'Company,LastName\nAlpha,Lead\n',
    'contacts/1.csv': 'Id,LastName\n003000000000001AAA,One\n',
    'tasks.csv': 'Subject,WhoId\nCall,003000000000001AAA\nGone,003000000000002AAA\n',
  });
  const { totals, surveys } = await copyFiles(
    orgs,
    `
version: 1
objects:
  - { object: Lead, file: accounts.csv }
  - { object: Contact, file: contacts/1.csv }
  - { object: Task, file: tasks.csv }
`,
  );
  expect(totals).toMatchObject({ successful: 4, held: 0 });
  expect(surveys.find(({ object }) => object === 'Task')?.cleared).toEqual({ WhoId: 1 });
});

test.each([
  ['a Case', '500000000000001AAA', undefined],
  [
    'an Account',
    '001000000000001AAA',
    /^WhatId of Task 2 names "001000000000001AAA", and the file of Account/,
  ],
  ['what is no id', 'Acme', /^WhatId of Task 2 names "Acme", and the file of Account/],
])('a lookup to several objects, one of whose files has no ids, that names %s', async (_, what, refusal) => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, {
    'accounts.csv': 'Name\nAlpha\n',
    'opportunities.csv': 'Id,Name,StageName,CloseDate\n006000000000001AAA,Deal,Open,2026-01-31\n',
    'tasks.csv': `Subject,WhatId,Status,Priority\nCall,006000000000001AAA,Open,Normal\nGone,${what},Open,Normal\n`,
  });
  const copying = copyFiles(
    orgs,
    `
version: 1
objects:
  - { object: Account, file: accounts.csv }
  - { object: Opportunity, file: opportunities.csv }
  - { object: Task, file: tasks.csv }
`,
  );
  if (refusal === undefined) {
    const { totals, surveys } = await copying;
    expect(totals).toMatchObject({ successful: 4, held: 0 });
    expect(surveys.find(({ object }) => object === 'Task')?.cleared).toEqual({ WhatId: 1 });
  } else expect((await failureOf(copying)).message).toMatch(refusal);
});
