import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyPlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import {
  follow,
  accounts,
  copyOrgs,
  edit,
  failedFile,
  failing,
  id,
  links,
  shipments,
  type CopyOrgs,
} from '../../../support/copy-orgs.ts';

async function again(orgs: CopyOrgs, file: CopyPlanFile) {
  const plan = await orgs.plan(file, { resultsDir: join(orgs.folder, 'again') });
  return startCopy(plan, follow(), orgs.contexts);
}

/** Accounts below the first one. */
const family = accounts(5).map((each, index) => ({
  ...each,
  External_Id__c: `E${index}`,
  ParentId: index === 0 ? null : id('001', 0),
}));

/** Account 4 is in the source only, and account 3 has lost its parent there. */
async function copiedFamily(): Promise<CopyOrgs> {
  const orgs = await copyOrgs({ Account: family.slice(0, 4) });
  await orgs.copy({ objects: [{ object: 'Account' }] });
  orgs.source.database.load('Account', family.slice(4));
  orgs.source.database.save({
    operation: 'update',
    object: 'Account',
    source: 'json',
    records: [{ Id: id('001', 3), ParentId: null }],
  });
  return orgs;
}

const parents = ({ target }: CopyOrgs) => links(target, 'Account', 'ParentId', 'Account');
const kept = {
  'Account 0': null,
  'Account 1': 'Account 0',
  'Account 2': 'Account 0',
  'Account 3': null,
  'Account 4': null,
};
const slice = { object: 'Account', where: "Name != 'Account 0'" };

describe('a lookup whose parent is not copied stays as it is in records that the target has, and is empty in new ones', () => {
  test.each(['Name', 'External_Id__c'])('with the key %s', async (key) => {
    const orgs = await copiedFamily();
    const { totals, surveys } = await again(orgs, { objects: [{ ...slice, key: [key] }] });
    expect(totals).toMatchObject({ sent: 4, successful: 4 });
    expect(surveys[0]?.cleared).toEqual({ ParentId: 3 });
    expect(await parents(orgs)).toEqual(kept);
  });

  test('also by a retry, of rows as they were and of fixed ones', async () => {
    const orgs = await copiedFamily();
    await orgs.target.faults.add(failing('Name', ['Account 1', 'Account 2']));
    const status = await again(orgs, { objects: [{ ...slice, key: ['External_Id__c'] }] });
    expect(status.totals).toMatchObject({ failed: 2 });
    await orgs.target.faults.clear();
    await edit(failedFile(status), (text) => text.replace('Account 2', 'Account two'));
    const retried = await resumeCopy({ runId: status.runId }, { ...follow(), isRetry: true }, orgs.contexts);
    expect(retried.totals).toMatchObject({ successful: 4, failed: 0 });
    const { 'Account 2': two, ...others } = kept;
    expect(await parents(orgs)).toEqual({ ...others, 'Account two': two });
  });

  test('also where an update at the end fills the lookup of others', async () => {
    const chain = [null, ...Array.from({ length: 14 }, (_, index) => index), 16, 15];
    const orgs = await copyOrgs({ Shipment__c: shipments(chain) });
    await orgs.copy({ objects: [{ object: 'Shipment__c' }] });
    const before = await links(orgs.target, 'Shipment__c', 'Part_Of__c', 'Shipment__c');
    const names = ['Shipment 0', 'Shipment 2'].map((name) => `'${name}'`).join(', ');
    const where = `Name NOT IN (${names})`;
    const status = await again(orgs, { objects: [{ object: 'Shipment__c', where, key: ['Name'] }] });
    expect(status.surveys[0]?.cleared).toEqual({ Part_Of__c: 2 });
    expect(status.steps.map(({ kind }) => kind)).toContain('later');
    expect(await links(orgs.target, 'Shipment__c', 'Part_Of__c', 'Shipment__c')).toEqual(before);
  });

  test('also where it may refer to several objects, and only some are in the plan', async () => {
    const lead = { Id: id('00Q', 1), LastName: 'Lead', Company: 'c' };
    const task = {
      Id: id('00T', 1),
      Subject: 'Call',
      WhoId: lead.Id,
      Status: 'Completed',
      Priority: 'Normal',
    };
    const orgs = await copyOrgs({ Lead: [lead], Task: [task] });
    await orgs.copy({ objects: [{ object: 'Lead' }, { object: 'Task' }] });
    await again(orgs, { objects: [{ object: 'Contact' }, { object: 'Task', key: ['Subject'] }] });
    expect(await links(orgs.target, 'Task', 'WhoId', 'Lead')).toEqual({ Call: 'Lead' });
  });

  test('unless the plan sets it', async () => {
    const orgs = await copiedFamily();
    const [{ Id } = {}] = (await orgs.target.records('Account')).filter(({ Name }) => Name === 'Account 3');
    const set = { ParentId: String(Id) };
    await again(orgs, { objects: [{ ...slice, where: "Name = 'Account 1'", key: ['Name'], set }] });
    expect(await parents(orgs)).toMatchObject({ 'Account 1': 'Account 3' });
  });
});
