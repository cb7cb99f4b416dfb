import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCopy } from '../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../src/lib/copy/model/events.js';
import type { InputError } from '../../../src/lib/errors.js';
import { Events } from '../../../src/lib/events.js';
import { copyFiles, filesIn, planOfFiles } from '../../support/copy-files.ts';
import { copyOrgs, failing, linesOf, links } from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';

const byKey = `
version: 1
objects:
  - object: Contact
    file: contacts/*
    map: { family: LastName, company: AccountId, comment: '' }
    lookups:
      AccountId: { of: Account, by: External_Id__c }
  - object: Account
    file: accounts.csv
    key: External_Id__c
`;
const accounts = 'External_Id__c;Name\nA;"Alpha; Ltd"\nB;Beta\nC;Gamma\n';

test('files of other systems are loaded parents first, with parents by their keys', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, {
    'accounts.csv': accounts,
    'contacts/1.csv': 'family,company,comment\nOne,a,x\nTwo,B,"y, z"\n\nThree,,\n',
    'contacts/2.ndjson': '{"family":"Four","company":"C"}\n{"family":"Five","company":null}\n',
  });
  const status = await copyFiles(orgs, byKey);
  expect(status.totals).toMatchObject({ successful: 8, failed: 0, held: 0 });
  expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual({
    One: 'Alpha; Ltd',
    Two: 'Beta',
    Three: null,
    Four: 'Gamma',
    Five: null,
  });
  const ids = await linesOf(join(orgs.folder, 'results/Contact-ids.csv'));
  expect(ids.map((line) => line.split(',')[0])).toEqual(['1', '2', '3', '4', '5']);
});

test('a second load of the same files updates what has a key, and leaves fields whose cells are empty', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, { 'accounts.csv': 'External_Id__c,Name,Site\nA,Alpha,north\n' });
  const plan = 'version: 1\nobjects: [{ object: Account, file: accounts.csv, key: External_Id__c }]';
  await copyFiles(orgs, plan);
  await filesIn(orgs, { 'accounts.csv': 'External_Id__c,Name,Site\nA,Alpha 2,\n' });
  const status = await copyFiles(orgs, plan, 'again');
  expect(status.totals).toMatchObject({ successful: 1 });
  expect(await orgs.target.records('Account')).toMatchObject([{ Name: 'Alpha 2', Site: 'north' }]);
});

test('children of rows that fail are held, and told by their numbers', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, {
    'accounts.csv': accounts,
    'contacts/1.csv': 'family,company,comment\nOne,A,\nTwo,B,\nThree,unknown,\n',
  });
  await orgs.target.faults.add(failing('Name', ['Beta']));
  const status = await copyFiles(
    orgs,
    byKey.replace('by: External_Id__c', 'by: External_Id__c, missing: hold'),
  );
  expect(status.totals).toMatchObject({ successful: 3, failed: 1, held: 2 });
  const held = await readFile(join(orgs.folder, 'results/Contact-held-records.csv'), 'utf8');
  expect(held).toBe(
    'source__Id,reason,field,parent__Id\n2,PARENT_HELD_OR_FAILED,AccountId,2\n3,PARENT_NOT_COPIED,AccountId,unknown\n',
  );
});

test('records with ids keep the links that their ids make', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, {
    'accounts.csv': 'Id,Name\n001000000000001AAA,Alpha\n001000000000002AAA,Beta\n',
    'contacts/1.csv': 'Id,LastName,AccountId\n003000000000001AAA,One,001000000000002AAA\n',
  });
  await copyFiles(
    orgs,
    'version: 1\nobjects: [{ object: Account, file: accounts.csv }, { object: Contact, file: contacts/1.csv }]',
  );
  expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual({ One: 'Beta' });
  const [ids] = await linesOf(join(orgs.folder, 'results/Contact-ids.csv'));
  expect(ids).toMatch(/^003000000000001AAA,003/);
});

test('a file that does not fit is refused before anything is sent', async () => {
  const orgs = await copyOrgs({});
  const messageOf = async (yaml: string) => (await failureOf(copyFiles(orgs, yaml))).message;
  await filesIn(orgs, {
    'accounts.csv': 'Nme,Site\nAlpha,x\n',
    'contacts/1.csv': 'LastName,AccountId\nOne,A\n',
  });
  const account = 'version: 1\nobjects:\n  - { object: Account, file: accounts.csv';
  expect(await messageOf(`${account} }`)).toMatch(/the column "Nme" isn't a field. Did you mean "Name"\?/);
  expect(await messageOf(`${account}, map: { Other: Name } }`)).toMatch(
    /"map" names "Other", which is no column/,
  );
  expect(await messageOf(`${account}, map: { Nme: Name }, where: "Name = 'x'" }`)).toMatch(
    /"where" can't be used with "file"/,
  );
  expect(await messageOf('version: 1\nobjects:\n  - { object: Account, file: "none/*.csv" }')).toMatch(
    /No file matches "none\/\*\.csv"/,
  );
  const contact = `${account}, map: { Nme: Name } }\n  - object: Contact\n    file: contacts/1.csv\n    lookups: { AccountId: { of: Account, by`;
  expect(await messageOf(`${contact}: Site2 } }`)).toMatch(/looked for by Site2, which Account doesn't have/);
  await filesIn(orgs, { 'accounts.csv': 'Nme,Site\nAlpha,a\nBeta,A\n' });
  expect(await messageOf(`${contact}: Site } }`)).toMatch(
    /AccountId of Contact names "A", and several records of Account have this Site/,
  );
  await filesIn(orgs, { 'accounts.csv': 'Nme,Site\nAlpha,"x\n' });
  expect(await messageOf(`${account}, map: { Nme: Name } }`)).toMatch(/quote/);
  expect(await orgs.target.jobs()).toEqual([]);
});

test('a file that changes after the copy began, or is gone, stops it before anything is sent', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, { 'accounts.csv': accounts, 'contacts/1.csv': 'family,company,comment\nOne,A,\n' });
  const plan = await planOfFiles(orgs, byKey, 'results');
  await filesIn(orgs, {
    'accounts.csv': `External_Id__c;Name\nZ;Before\n${accounts.split('\n')[1] ?? ''}\n`,
  });
  const started = startCopy(plan, { events: new Events<CopyEvents>() }, { target: orgs.contexts.target });
  expect((await failureOf(started)).message).toMatch(/accounts\.csv has changed since the copy began/);
  const gone = await failureOf(copyFiles(orgs, byKey.replace('accounts.csv', 'gone.csv')));
  expect(gone.message).toMatch(/There is no such file/);
  expect(await orgs.target.jobs()).toEqual([]);
});

test('a file that was changed, and put back byte for byte, is copied; one of the same size with another value is not', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, { 'accounts.csv': accounts, 'contacts/1.csv': 'family,company,comment\nOne,A,\n' });
  const plan = await planOfFiles(orgs, byKey, 'results');
  const path = join(orgs.folder, 'accounts.csv');
  const start = () => startCopy(plan, { events: new Events<CopyEvents>() }, { target: orgs.contexts.target });
  await filesIn(orgs, { 'accounts.csv': accounts.replace('Beta', 'Zeta') });
  await utimes(path, 1, 1);
  expect((await failureOf(start())).message).toMatch(/accounts\.csv has changed since the copy began/);
  await filesIn(orgs, { 'accounts.csv': accounts });
  await utimes(path, 1, 1);
  expect((await start()).totals).toMatchObject({ successful: 4, failed: 0 });
});

test('rows with one key, or one id, are refused by the file, its rows and the value', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, {
    'accounts.csv': 'External_Id__c,Name\na,One\nb,Two\n" A ",Three\n',
    'numbers.csv': 'Name,NumberOfEmployees\nOne,7\nTwo,8\none ,9\n',
    'ids.csv': 'Id,Name\n001000000000001AAA,One\n001000000000002AAA,Two\n001000000000001AAA,Three\n',
  });
  const refusal = async (object: string) =>
    (await failureOf(copyFiles(orgs, `version: 1\nobjects: [{ object: Account, ${object} }]`))).message;
  expect(await refusal('file: accounts.csv, key: External_Id__c')).toBe(
    `Several records of Account have the same External_Id__c, "a": rows 1 and 3 of ${join(orgs.folder, 'accounts.csv')}.`,
  );
  expect(await refusal('file: numbers.csv, key: Name')).toContain(
    `several have the same one.\n  "One": rows 1 and 3 of ${join(orgs.folder, 'numbers.csv')}`,
  );
  expect(await refusal('file: ids.csv')).toBe(
    `Several records of Account have the Id 001000000000001AAA: rows 1 and 3 of ${join(orgs.folder, 'ids.csv')}.`,
  );
  await filesIn(orgs, { 'pieces.csv': 'Pieces__c\n9.4\n8\n9\n' });
  const pieces = 'version: 1\nobjects: [{ object: Shipment__c, file: pieces.csv, key: Pieces__c }]';
  expect((await failureOf(copyFiles(orgs, pieces))).message).toContain('"9.4": rows 1 and 3 of ');
  expect(await orgs.target.records('Account')).toEqual([]);
});

test('a key of blanks only is none', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, { 'accounts.csv': 'External_Id__c,Name\na,One\n" ",Two\n' });
  const status = await copyFiles(
    orgs,
    'version: 1\nobjects: [{ object: Account, file: accounts.csv, key: External_Id__c }]',
  );
  expect(status.totals).toMatchObject({ successful: 1, held: 1 });
});

test('a file without a first line that names its columns is refused with an advice that a copy takes', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, { 'accounts.csv': 'Alpha,,\nBeta,,\n' });
  const failure = await failureOf(
    copyFiles(orgs, 'version: 1\nobjects: [{ object: Account, file: accounts.csv }]'),
  );
  expect(failure.message).toMatch(/accounts\.csv, header, column 2: Column 2 of 3 has no name/);
  expect((failure as InputError).actions.join()).toMatch(
    /^Give the file a first line that names every column/,
  );
});
