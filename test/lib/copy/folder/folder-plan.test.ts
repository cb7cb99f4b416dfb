import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  folderPlan,
  folderPlanName,
  requireFolderFor,
  requireSameInFolder,
} from '../../../../src/lib/copy/folder/folder-plan.js';
import { failureOf } from '../../../support/failure-of.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { copyOrgs, id } from '../../../support/copy-orgs.ts';

const objects = [{ object: 'Account', key: ['Name'] }, { object: 'Contact' }];
const plan = folderPlan({ objects }, ['Account', 'Contact']);
const older = `version: 1
objects:
  - object: Account
    file: Account.csv
    key: Name
  - object: Contact
    file: Contact.csv
`;

test('a folder takes records of its own plan again, also of one that an older build wrote', async () => {
  const folder = await tempFolder();
  await requireFolderFor(folder, plan);
  for (const there of [plan, older]) {
    await writeFile(join(folder, folderPlanName), there);
    await requireFolderFor(folder, plan);
  }
});

test.each([
  ['is of other records', older.replace('key: Name', 'key: Site')],
  ['says something else of texts', plan.replace('nullMark: hold', 'nullMark: clear')],
])('a folder whose plan %s is refused', async (_, there) => {
  const folder = await tempFolder();
  await writeFile(join(folder, folderPlanName), there);
  expect((await failureOf(requireFolderFor(folder, plan))).message).toContain(
    "isn't the plan of these records",
  );
});

const types = { recordTypes: [{ SobjectType: 'Account', DeveloperName: 'Partner' }] };

test('what is an id from org to org, and a name in a folder, is refused on the way into one', async () => {
  const orgs = await copyOrgs({}, { source: types, target: types });
  const account = (template: string) => ({ object: 'Account', set: { Description: template } });
  const check = async (template: string, owners?: { else: 'me' }) => {
    const plan = { objects: [account(template)], ...(owners === undefined ? {} : { owners }) };
    const { objects } = await orgs.plan(plan);
    return () => requireSameInFolder(objects);
  };
  expect(await check('was ${ownerId}', { else: 'me' })).toThrow(
    'Account: "set" can\'t read ${OwnerId} in a folder: its files have names there, not ids.',
  );
  expect(await check('${RecordTypeId}')).toThrow("can't read ${RecordTypeId}");
  expect(await check('${Id} ${ParentId} ${OwnerId}')).not.toThrow();
});

test('from org to org it is the id of the source', async () => {
  const orgs = await copyOrgs({
    User: [{ Id: id('005', 1), Username: 'ann@acme.example', LastName: 'Ann', IsActive: true }],
    Account: [{ Id: id('001', 1), Name: 'A', OwnerId: id('005', 1) }],
  });
  const set = { Description: 'was ${OwnerId}' };
  await orgs.copy({ owners: { else: 'me' }, objects: [{ object: 'Account', set }] });
  expect((await orgs.target.records('Account'))[0]?.Description).toMatch(/^was 005Sr0000000001/);
});
