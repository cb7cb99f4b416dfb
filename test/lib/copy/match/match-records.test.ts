import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyPlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import { UsageError } from '../../../../src/lib/errors.js';
import {
  follow,
  accounts,
  contacts,
  copyOrgs,
  failing,
  id,
  links,
  linesOf,
  type CopyOrgs,
} from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

/** Contacts that only their account and their department tell apart. */
const numbered = (count: number, parents: number) =>
  contacts(count, parents).map((each, index) => ({
    ...each,
    Department: `No ${Math.floor(index / parents)}`,
  }));

const composite: CopyPlanFile = {
  objects: [
    { object: 'Contact', key: ['AccountId', 'Department'] },
    { object: 'Account', key: ['Name'] },
  ],
};

/** Copies again, into a folder of its own. */
async function again(orgs: CopyOrgs, file: CopyPlanFile) {
  const plan = await orgs.plan(file, { resultsDir: join(orgs.folder, 'again') });
  return startCopy(plan, follow(), orgs.contexts);
}

const stepsOf = (status: Awaited<ReturnType<CopyOrgs['copy']>>) =>
  status.steps.map(({ object, kind, counts }) => [object, kind, counts?.successful]);

describe('a key of several fields, one of them a lookup', () => {
  test('makes a second copy update every record, and create none', async () => {
    const orgs = await copyOrgs({ Account: accounts(10), Contact: numbered(60, 10) });
    const first = await orgs.copy(composite);
    expect(stepsOf(first)).toEqual([
      ['Account', 'load', 10],
      ['Contact', 'load', 60],
    ]);
    const second = await again(orgs, composite);
    expect(stepsOf(second)).toEqual([
      ['Account', 'load', 0],
      ['Account', 'update', 10],
      ['Contact', 'load', 0],
      ['Contact', 'update', 60],
    ]);
    expect(second.surveys).toMatchObject([
      { levels: [0], updates: [10] },
      { levels: [0], updates: [60] },
    ]);
    expect(await orgs.target.records('Contact')).toHaveLength(60);
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(
      await links(orgs.source, 'Contact', 'AccountId', 'Account'),
    );
  });

  test('creates what is new below parents that are there, and below new ones', async () => {
    const orgs = await copyOrgs({ Account: accounts(10), Contact: numbered(60, 10) });
    orgs.target.database.load('Account', [
      { Id: '001Tg0000000001', Name: 'ACCOUNT 3' },
      { Id: '001Tg0000000002', Name: 'Another' },
    ]);
    orgs.target.database.load('Contact', [
      {
        Id: '003Tg0000000001',
        LastName: 'Old',
        AccountId: '001Tg0000000001',
        Department: 'no 2',
        Title: 'Old',
      },
      { Id: '003Tg0000000002', LastName: 'Other', AccountId: '001Tg0000000002', Department: 'no 2' },
    ]);
    const status = await orgs.copy(composite);
    expect(status.surveys).toMatchObject([
      { levels: [9], updates: [1] },
      { levels: [59], updates: [1] },
    ]);
    const all = await orgs.target.records('Contact');
    expect(all).toHaveLength(61);
    // Contact 23 is number 2 of account 3. What the source has not got is cleared.
    const old = all.find(({ Id }) => String(Id).startsWith('003Tg0000000001'));
    expect(old).toMatchObject({ LastName: 'Contact 23', Department: 'No 2', Title: null });
    expect(await linesOf(join(orgs.folder, 'results/Contact-ids.csv'))).toHaveLength(60);
  });

  test('is refused where several records of the source have it, before anything is sent', async () => {
    const rows = numbered(60, 10).map((each, index) =>
      index === 13 ? { ...each, Department: 'no 0' } : each,
    );
    const orgs = await copyOrgs({ Account: accounts(10), Contact: rows });
    const failure = await failureOf(orgs.copy(composite));
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toMatch(
      /^Records of Contact can't be told apart by the key AccountId, Department: .*\n {2}"001Sr0000000003IAA, No 0": 003Sr0000000003\w*, 003Sr0000000013\w* in the source$/,
    );
    expect(
      (await orgs.target.jobs()).filter((job) => 'operation' in job && job.operation === 'insert'),
    ).toEqual([]);
  });

  test('is refused where several records of the target have it', async () => {
    const orgs = await copyOrgs({ Account: accounts(3) });
    orgs.target.database.load('Account', [
      { Id: '001Tg0000000001', Name: 'Account 1' },
      { Id: '001Tg0000000002', Name: 'account 1' },
      { Id: '001Tg0000000003', Name: 'Equal' },
      { Id: '001Tg0000000004', Name: 'Equal' },
    ]);
    const failure = await failureOf(orgs.copy({ objects: [{ object: 'Account', key: ['Name'] }] }));
    expect(failure.message).toMatch(
      / 001Sr0000000001\w* in the source, and 001Tg0000000001\w*, 001Tg0000000002\w* in the target$/,
    );
    expect(await orgs.target.records('Account')).toHaveLength(4);
  });

  test('holds records without any value of it', async () => {
    const orgs = await copyOrgs({
      Account: accounts(1),
      Contact: [
        { Id: id('003', 1), LastName: 'No key', AccountId: null, Department: null },
        { Id: id('003', 2), LastName: 'Half a key', AccountId: null, Department: 'X' },
      ],
    });
    orgs.target.database.load('Contact', [{ Id: '003Tg0000000001', LastName: 'Half', Department: 'X' }]);
    const status = await orgs.copy(composite);
    expect(status.surveys[1]).toMatchObject({ held: 1, levels: [0], updates: [1] });
    expect(await linesOf(join(orgs.folder, 'results/Contact-held-records.csv'))).toEqual([
      expect.stringContaining(',NO_KEY,AccountId Department,'),
    ]);
  });
});

test('records that failed to be updated are sent again by a retry; their children have not waited', async () => {
  const orgs = await copyOrgs({ Account: accounts(6), Contact: numbered(12, 6) });
  await orgs.copy(composite);
  await orgs.target.faults.add(failing('Name', ['Account 2']));
  const status = await again(orgs, composite);
  expect(status.totals).toMatchObject({ successful: 17, failed: 1, held: 0 });
  await orgs.target.faults.clear();
  const { runId } = status;
  const retried = await resumeCopy({ runId }, { ...follow(), isRetry: true }, orgs.contexts);
  expect(retried.totals).toMatchObject({ successful: 18, failed: 0, held: 0 });
  expect(await orgs.target.records('Contact')).toHaveLength(12);
});

test('reference records are matched and never written; a lookup to one that the target has not got is empty', async () => {
  const orgs = await copyOrgs({ Account: accounts(4), Contact: contacts(8, 4) });
  orgs.target.database.load('Account', [
    { Id: '001Tg0000000001', Name: 'Account 1', Site: 'own' },
    { Id: '001Tg0000000002', Name: 'Account 2', Site: 'own' },
  ]);
  const reference = { object: 'Account', operation: 'reference', key: ['Name'] } as const;
  const status = await orgs.copy({ objects: [reference, { object: 'Contact' }] });
  expect(stepsOf(status)).toEqual([
    ['Account', 'match', 0],
    ['Contact', 'load', 8],
  ]);
  expect(status.surveys).toMatchObject([
    { read: 4, outside: 2, unchanged: 2, held: 0 },
    { read: 8, cleared: { AccountId: 4 } },
  ]);
  expect((await orgs.target.records('Account')).map(({ Site }) => Site)).toEqual(['own', 'own']);
  expect(await linesOf(join(orgs.folder, 'results/Account-ids.csv'))).toHaveLength(2);
  const parents = Object.values(await links(orgs.target, 'Contact', 'AccountId', 'Account'));
  expect(parents.sort()).toEqual([
    'Account 1',
    'Account 1',
    'Account 2',
    'Account 2',
    null,
    null,
    null,
    null,
  ]);
});

test('an insert with a key leaves records alone that are there, and links children to them', async () => {
  const orgs = await copyOrgs({ Account: accounts(4), Contact: contacts(8, 4) });
  orgs.target.database.load('Account', [{ Id: '001Tg0000000001', Name: 'Account 1', Site: 'own' }]);
  const insert = { object: 'Account', operation: 'insert', key: ['Name'] } as const;
  const status = await orgs.copy({ objects: [insert, { object: 'Contact' }] });
  expect(stepsOf(status)).toEqual([
    ['Account', 'match', 0],
    ['Account', 'load', 3],
    ['Contact', 'load', 8],
  ]);
  expect(await orgs.target.records('Account')).toHaveLength(4);
  expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(
    await links(orgs.source, 'Contact', 'AccountId', 'Account'),
  );
  const own = (await orgs.target.records('Account')).find(({ Name }) => Name === 'Account 1');
  expect(own).toMatchObject({ Site: 'own' });
});

test('an update with a key holds records that are not there', async () => {
  const orgs = await copyOrgs({ Account: accounts(4) });
  orgs.target.database.load('Account', [{ Id: '001Tg0000000001', Name: 'Account 1', Site: 'old' }]);
  const status = await orgs.copy({ objects: [{ object: 'Account', operation: 'update', key: ['Name'] }] });
  expect(status.totals).toMatchObject({ sent: 1, successful: 1, held: 3 });
  expect(await orgs.target.records('Account')).toMatchObject([{ Site: 'a "b",\nc' }]);
  const [held] = await linesOf(join(orgs.folder, 'results/Account-held-records.csv'));
  expect(held).toMatch(/^001Sr0000000000\w*,NO_MATCH,,$/);
});

test('records of orgs with the same ids are matched by them', async () => {
  const orgs = await copyOrgs({ Account: accounts(4), Contact: contacts(8, 4) });
  orgs.target.database.load('Account', [{ Id: id('001', 2), Name: 'Copied before' }]);
  const status = await orgs.copy({ objects: [{ object: 'Account', key: ['Id'] }, { object: 'Contact' }] });
  expect(status.surveys[0]).toMatchObject({ levels: [3], updates: [1] });
  expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(
    await links(orgs.source, 'Contact', 'AccountId', 'Account'),
  );
});

test('a hierarchy whose key has the parent is matched from the top', async () => {
  const names = ['Top', 'A', 'A', 'B', 'B'];
  const parents = [null, 0, 3, 0, 1];
  const rows = names.map((Name, index) => {
    const parent = parents[index] ?? null;
    return { Id: id('a00', index), Name, Part_Of__c: parent === null ? null : id('a00', parent) };
  });
  const orgs = await copyOrgs({ Shipment__c: rows });
  const plan = { objects: [{ object: 'Shipment__c', key: ['Part_Of__c', 'Name'] }] };
  await orgs.copy(plan);
  const second = await again(orgs, plan);
  expect(second.surveys[0]).toMatchObject({ levels: [0, 0, 0], updates: [1, 2, 2] });
  expect(await orgs.target.records('Shipment__c')).toHaveLength(5);
});

test('numbers and datetimes are equal however the orgs write them', async () => {
  const row = { Name: 'S', Weight_Kg__c: 7, Delivered_At__c: '2026-01-02T10:11:12.000+0000' };
  const orgs = await copyOrgs({ Shipment__c: [{ Id: id('a00', 1), ...row }] });
  orgs.target.database.load('Shipment__c', [{ Id: 'a00Tg0000000001', ...row, Weight_Kg__c: '7.00' }]);
  const key = ['Weight_Kg__c', 'Delivered_At__c'];
  const status = await orgs.copy({ objects: [{ object: 'Shipment__c', key }] });
  expect(status.surveys[0]).toMatchObject({ updates: [1] });
});
