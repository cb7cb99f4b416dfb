import { expect, test } from 'vitest';
import { requireSameInFolder } from '../../../../src/lib/copy/folder/folder-templates.js';
import { copyOrgs, id } from '../../../support/copy-orgs.ts';

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
