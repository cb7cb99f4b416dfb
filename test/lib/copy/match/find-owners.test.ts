import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { OrgOptions } from '../../../../local-org/index.ts';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import { follow, copyOrgs, failing, id, linesOf, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { sandboxSuffix, usernamesFor, withoutSuffix } from '../../../../src/lib/copy/match/find-owners.js';

const user = (prefix: string, name: string, isActive = true) => ({
  Id: `005${prefix}0000000${name.length}0`,
  Username: `${name}@acme.example`,
  LastName: name,
  IsActive: isActive,
});
const group = (prefix: string, number: number, DeveloperName: string, Type: string) => ({
  Id: `00G${prefix}00000000${number}`,
  Name: DeveloperName,
  DeveloperName,
  Type,
});

/** Ann and a queue are in both orgs, Bob is inactive in the target, Carol and another queue are in the source only. */
async function orgsWithOwners(target: OrgOptions = {}): Promise<CopyOrgs> {
  const owners = [
    user('Sr0', 'Ann').Id,
    user('Sr0', 'Robert').Id,
    user('Sr0', 'Carol').Id,
    group('Sr0', 1, '', '').Id,
    group('Sr0', 2, '', '').Id,
  ];
  const records = {
    User: [user('Sr0', 'Ann'), user('Sr0', 'Robert'), user('Sr0', 'Carol')],
    Group: [group('Sr0', 1, 'Support', 'Queue'), group('Sr0', 2, 'Returns', 'Queue')],
    Case: owners.map((OwnerId, index) => ({ Id: id('500', index), Subject: `Case ${index}`, OwnerId })),
  };
  const orgs = await copyOrgs(records, { target });
  orgs.target.database.load('User', [user('Tg0', 'Ann'), user('Tg0', 'Robert', false)]);
  orgs.target.database.load('Group', [
    group('Tg0', 1, 'Support', 'Regular'),
    group('Tg0', 2, 'support', 'Queue'),
    group('Tg0', 3, 'Returns', 'Role'),
  ]);
  return orgs;
}

async function ownersIn({ target }: CopyOrgs): Promise<Record<string, string>> {
  const names = new Map(
    [...(await target.records('User')), ...(await target.records('Group'))].map((each) => [
      each.Id,
      String(each.LastName ?? `${String(each.Name)}, a ${String(each.Type)}`),
    ]),
  );
  const cases = await target.records('Case');
  return Object.fromEntries(
    cases.map(({ Subject, OwnerId }) => [String(Subject), names.get(OwnerId) ?? 'nobody']),
  );
}

const cases = { object: 'Case', fields: ['Subject', 'OwnerId'] };

describe('owners', () => {
  test('are the active users and the queues of the same name; records of others belong to whoever copies', async () => {
    const orgs = await orgsWithOwners();
    const status = await orgs.copy({ owners: { else: 'me' }, objects: [cases] });
    expect(status.totals.successful).toBe(5);
    expect(await ownersIn(orgs)).toEqual({
      'Case 0': 'Ann',
      'Case 1': 'Admin',
      'Case 2': 'Admin',
      'Case 3': 'support, a Queue',
      'Case 4': 'Admin',
    });
    expect(status.surveys[0]?.unmatched).toEqual({ OwnerId: 3 });
    expect(status.missingOwners.toSorted()).toEqual(['Carol@acme.example', 'Returns', 'Robert@acme.example']);
  });

  test('that are missing hold their records where the plan says so, and each is told with the owner', async () => {
    const orgs = await orgsWithOwners();
    const status = await orgs.copy({ owners: { else: 'hold' }, objects: [cases] });
    expect(status.totals).toMatchObject({ successful: 2, held: 3 });
    expect(status.surveys[0]?.held).toBe(3);
    const held = await linesOf(join(status.plan.resultsDir, 'Case-held-records.csv'));
    expect(held[0]).toMatch(/^500Sr.*,OWNER_NOT_FOUND,OwnerId,005Sr0/);
  });

  test('stay with whoever copies where the plan does not speak of them, and nobody is looked for', async () => {
    const orgs = await orgsWithOwners();
    await orgs.copy({ objects: [{ object: 'Case' }] });
    expect(new Set(Object.values(await ownersIn(orgs)))).toEqual(new Set(['Admin']));
  });

  test('of records that are updated stay as they are where the owner of the source is missing', async () => {
    const orgs = await orgsWithOwners();
    const keyed = { ...cases, set: { External_Id__c: '${Id}' }, key: ['External_Id__c'] };
    await orgs.copy({ owners: { else: 'me' }, objects: [keyed] });
    const [ann] = (await orgs.target.records('User')).filter(({ LastName }) => LastName === 'Ann');
    const all = await orgs.target.records('Case');
    orgs.target.database.save({
      operation: 'update',
      object: 'Case',
      source: 'json',
      records: all.map(({ Id }) => ({ Id, OwnerId: ann?.Id })),
    });
    const plan = await orgs.plan(
      { owners: { else: 'me' }, objects: [keyed] },
      { resultsDir: join(orgs.folder, 'second') },
    );
    expect((await startCopy(plan, follow(), orgs.contexts)).totals.successful).toBe(5);
    expect(await ownersIn(orgs)).toMatchObject({ 'Case 1': 'Ann', 'Case 2': 'Ann', 'Case 4': 'Ann' });
  });

  test('in a sandbox have its suffix at the end of their names', async () => {
    const orgs = await orgsWithOwners({ sandbox: 'dev1' });
    orgs.target.database.load('User', [{ ...user('Tg0', 'Carol'), Username: 'carol@acme.example.dev1' }]);
    await orgs.copy({ owners: { else: 'hold' }, objects: [cases] });
    expect(await ownersIn(orgs)).toMatchObject({ 'Case 0': 'Ann', 'Case 2': 'Carol' });
  });

  test('are those that were found first, whoever comes or goes before a retry', async () => {
    const orgs = await orgsWithOwners();
    await orgs.target.faults.add(failing('Subject', ['Case 2']));
    const { runId } = await orgs.copy({ owners: { else: 'me' }, objects: [cases] });
    await orgs.target.faults.clear();
    orgs.target.database.load('User', [user('Tg0', 'Carol')]);
    const status = await resumeCopy({ runId }, { ...follow(), isRetry: true }, orgs.contexts);
    expect(status.totals.successful).toBe(5);
    expect(await ownersIn(orgs)).toMatchObject({ 'Case 2': 'Admin' });
  });

  test('that are missing stop the copy where the plan says so, all of them at once', async () => {
    const orgs = await orgsWithOwners();
    const lookups = { OwnerId: { missing: 'fail' } } as const;
    const failure = await failureOf(orgs.copy({ owners: { else: 'me' }, objects: [{ ...cases, lookups }] }));
    expect(failure.message).toBe(
      "The target doesn't have these active users or queues: Robert@acme.example (1 record), Carol@acme.example (1 record), Returns (1 record).",
    );
    expect(await orgs.target.jobs()).toEqual([]);
  });

  // Robert, who is inactive, would be found by User.
  const others = { ...cases, where: "Subject != 'Case 1'" };
  const users = {
    object: 'User',
    operation: 'reference',
    key: ['LastName'],
    where: 'IsActive = true',
  } as const;

  test('that User in the plan finds are those, and the rule is for all others', async () => {
    const orgs = await orgsWithOwners();
    orgs.target.database.load('User', [{ ...user('Tg0', 'Carol'), Username: 'other@acme.example' }]);
    const status = await orgs.copy({ owners: { else: 'me' }, objects: [users, others] });
    expect(status.totals).toMatchObject({ successful: 4, held: 0 });
    expect(await ownersIn(orgs)).toEqual({
      'Case 0': 'Ann',
      'Case 2': 'Carol',
      'Case 3': 'support, a Queue',
      'Case 4': 'Admin',
    });
    expect(status.surveys.find(({ object }) => object === 'Case')?.unmatched).toEqual({ OwnerId: 1 });
  });

  test('that neither User in the plan nor their names find hold their records where the plan says so', async () => {
    const orgs = await orgsWithOwners();
    const status = await orgs.copy({ owners: { else: 'hold' }, objects: [users, others] });
    const held = await linesOf(join(orgs.folder, 'results', 'Case-held-records.csv'));
    expect(held.map((line) => line.split(',')[1])).toEqual(['OWNER_NOT_FOUND', 'OWNER_NOT_FOUND']);
    expect(status.totals).toMatchObject({ successful: 2, held: 2 });
  });

  test('that User in the plan finds are parts of keys, and so are queues', async () => {
    const orgs = await orgsWithOwners();
    const keyed = { ...cases, key: ['Subject', 'OwnerId'], where: "Subject IN ('Case 0', 'Case 3')" };
    const plan = { owners: { else: 'hold' }, objects: [users, keyed] } as const;
    for (const resultsDir of ['first', 'second']) {
      const of = await orgs.plan(plan, { resultsDir: join(orgs.folder, resultsDir) });
      expect((await startCopy(of, follow(), orgs.contexts)).totals).toMatchObject({ successful: 2 });
    }
    expect(await orgs.target.records('Case')).toHaveLength(2);
  });
});

describe('the suffix of a sandbox', () => {
  test('is its name in its address', () => {
    const instanceUrl = 'https://acme--Dev1.sandbox.my.salesforce.com';
    expect(sandboxSuffix({ instanceUrl, username: 'ann@acme.com' })).toBe('dev1');
  });

  test('is what the username ends in where the address does not name it', () => {
    const instanceUrl = 'https://cs12.salesforce.com';
    expect(sandboxSuffix({ instanceUrl, username: 'ann@acme.com.UAT' })).toBe('uat');
  });
});

describe('a user is looked for', () => {
  test('by the exact name, whatever its case', () => {
    expect(usernamesFor('Ann@Acme.com', {})).toEqual(['ann@acme.com']);
  });

  test('in a sandbox by the name with its suffix', () => {
    expect(usernamesFor('ann@acme.com', { target: 'dev1' })).toEqual(['ann@acme.com', 'ann@acme.com.dev1']);
  });

  test('from a sandbox by the name without its suffix, and by the exact one last', () => {
    expect(usernamesFor('ann@acme.com.uat', { source: 'uat', target: 'dev1' })).toEqual([
      'ann@acme.com',
      'ann@acme.com.dev1',
      'ann@acme.com.uat',
    ]);
  });

  test.each(['ann@acme.com.uat', 'Ann@Acme.com.UAT', 'ann@acme.com'])(
    'by the same names first where files name %s without its suffix',
    (username) => {
      const target = 'dev1';
      const byFiles = usernamesFor(withoutSuffix(username, 'uat'), { target });
      expect(byFiles).toEqual(['ann@acme.com', 'ann@acme.com.dev1']);
      expect(usernamesFor(username, { source: 'uat', target }).slice(0, 2)).toEqual(byFiles);
    },
  );

  test('never by a name that only begins alike', () => {
    expect(usernamesFor('ann@acme.co.uk', { source: 'dev1' })).toEqual(['ann@acme.co.uk']);
  });
});
