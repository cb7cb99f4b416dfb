import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { longId } from '../../../../src/lib/api/identifiers.js';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import { UsageError } from '../../../../src/lib/errors.js';
import type { ObjectPlan } from '../../../../src/lib/copy/plan/plan-file.js';
import type { Org } from '../../../../local-org/index.ts';
import { copyFiles, filesIn } from '../../../support/copy-files.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { follow, copyOrgs, failing, id, linesOf, type CopyOrgs } from '../../../support/copy-orgs.ts';

const objects: readonly ObjectPlan[] = [{ object: 'Task' }, { object: 'Contact' }, { object: 'Account' }];

/** Two businesses, three persons, a contact of a business, and tasks of all contacts, those of persons included. */
async function orgsWithPersons(target = true): Promise<CopyOrgs> {
  const orgs = await copyOrgs(
    {
      Account: [
        { Id: id('001', 0), Name: 'Acme', External_Id__c: 'a' },
        {
          Id: id('001', 1),
          FirstName: 'Ada',
          LastName: 'Byron',
          PersonEmail: 'ada@acme.example',
          External_Id__c: 'b',
        },
        { Id: id('001', 2), LastName: 'Hopper', Phone: '1', External_Id__c: 'c' },
        { Id: id('001', 3), Name: 'Globex', External_Id__c: 'd' },
        { Id: id('001', 4), LastName: 'Lovelace', External_Id__c: 'e' },
      ],
      Contact: [{ Id: id('003', 900), LastName: 'Clerk', AccountId: id('001', 0) }],
    },
    { source: { personAccounts: true }, target: { personAccounts: target } },
  );
  const contacts = await orgs.source.records('Contact');
  orgs.source.database.load(
    'Task',
    contacts.map((each) => ({ Subject: `To ${String(each.LastName)}`, WhoId: each.Id ?? null })),
  );
  return orgs;
}

/** By subject, the last name of the contact and the name of its account, and whether it is a person. */
async function tasksIn(org: Org): Promise<Record<string, unknown>> {
  const accounts = new Map((await org.records('Account')).map((each) => [each.Id, each]));
  const contacts = new Map((await org.records('Contact')).map((each) => [each.Id, each]));
  return Object.fromEntries(
    (await org.records('Task')).map(({ Subject, WhoId }) => {
      const contact = contacts.get(WhoId ?? null);
      const account = accounts.get(contact?.AccountId ?? null);
      return [String(Subject), [contact?.LastName, account?.Name, account?.IsPersonAccount]];
    }),
  );
}

const expected = {
  'To Byron': ['Byron', 'Ada Byron', true],
  'To Hopper': ['Hopper', 'Hopper', true],
  'To Lovelace': ['Lovelace', 'Lovelace', true],
  'To Clerk': ['Clerk', 'Acme', false],
};

describe('person accounts', () => {
  test('are sent as persons, businesses as businesses; the contacts of persons are those that the target makes', async () => {
    const orgs = await orgsWithPersons();
    const status = await orgs.copy({ objects });
    expect(status.totals).toMatchObject({ successful: 5 + 1 + 4, failed: 0, held: 0 });
    expect(await tasksIn(orgs.source)).toEqual(expected);
    expect(await tasksIn(orgs.target)).toEqual(expected);
    expect(await orgs.target.records('Contact')).toHaveLength(4);
    const ada = (await orgs.target.records('Account')).find(({ LastName }) => LastName === 'Byron');
    expect(ada).toMatchObject({ FirstName: 'Ada', PersonEmail: 'ada@acme.example', IsPersonAccount: true });
    expect(await linesOf(join(status.plan.resultsDir, 'Contact-ids.csv'))).toHaveLength(4);
  });

  test('that fail have the children of their contacts held, and a retry sends both', async () => {
    const orgs = await orgsWithPersons();
    await orgs.target.faults.add(failing('LastName', ['Hopper']));
    const { runId, totals } = await orgs.copy({ objects });
    expect(totals).toMatchObject({ successful: 8, failed: 1, held: 1 });
    await orgs.target.faults.clear();
    const status = await resumeCopy({ runId }, { ...follow(), isRetry: true }, orgs.contexts);
    expect(status.totals).toMatchObject({ successful: 10, failed: 0, held: 0 });
    expect(await tasksIn(orgs.target)).toEqual(expected);
  });

  test('are parents of contacts, and the plan counts no such lookup as left empty', async () => {
    const orgs = await orgsWithPersons();
    const ada = (await orgs.source.records('Contact')).find(({ LastName }) => LastName === 'Byron');
    orgs.source.database.load('Contact', [
      { Id: id('003', 901), LastName: 'Boss', ReportsToId: ada?.Id ?? null, AccountId: id('001', 0) },
    ]);
    const status = await orgs.copy({ objects });
    const survey = status.surveys.find(({ object }) => object === 'Contact');
    expect(survey).toMatchObject({ cleared: {}, held: 0 });
    const contacts = await orgs.target.records('Contact');
    const copied = contacts.find(({ LastName }) => LastName === 'Byron');
    expect(contacts.find(({ LastName }) => LastName === 'Boss')?.ReportsToId).toBe(copied?.Id);
  });

  test('are updated by their key, and keep their contacts', async () => {
    const orgs = await orgsWithPersons();
    const keyed = objects.map((each) =>
      each.object === 'Account' ? { ...each, key: ['External_Id__c'] } : each,
    );
    await orgs.copy({ objects: keyed });
    const plan = await orgs.plan({ objects: keyed }, { resultsDir: join(orgs.folder, 'second') });
    const status = await startCopy(plan, follow(), orgs.contexts);
    expect(status.totals).toMatchObject({ successful: 10, failed: 0, held: 0 });
    expect(await orgs.target.records('Account')).toHaveLength(5);
    expect(await tasksIn(orgs.target)).toEqual(expected);
  });

  test.each([['External_Id__c'], ['External_Id__c', 'Phone']])(
    'whose contacts are a part of a key are matched before it, by %s %s',
    async (...key) => {
      const orgs = await orgsWithPersons();
      const keyed = objects.map((each) => {
        if (each.object === 'Task') return { ...each, key: ['Subject', 'WhoId'] };
        return each.object === 'Account' ? { ...each, key } : { ...each, key: ['LastName'] };
      });
      await orgs.copy({ objects: keyed });
      const plan = await orgs.plan({ objects: keyed }, { resultsDir: join(orgs.folder, 'second') });
      const status = await startCopy(plan, follow(), orgs.contexts);
      expect(status.surveys.find(({ object }) => object === 'Task')).toMatchObject({
        levels: [0],
        updates: [4],
      });
      expect(status.totals).toMatchObject({ successful: 10, failed: 0, held: 0 });
      expect(await orgs.target.records('Task')).toHaveLength(4);
      expect(await tasksIn(orgs.target)).toEqual(expected);
    },
  );

  test('are not matched with contacts that have the same key', async () => {
    const orgs = await orgsWithPersons();
    orgs.source.database.load('Contact', [
      { Id: id('003', 902), LastName: 'Byron', AccountId: id('001', 0) },
    ]);
    const account = { object: 'Account', key: ['External_Id__c'] };
    await orgs.copy({ objects: [account] });
    const plan = await orgs.plan(
      { objects: [account, { object: 'Contact', key: ['LastName'] }] },
      { resultsDir: join(orgs.folder, 'second') },
    );
    const status = await startCopy(plan, follow(), orgs.contexts);
    expect(status.surveys.at(-1)).toMatchObject({ object: 'Contact', levels: [2] });
    const byrons = (await orgs.target.records('Contact')).filter(({ LastName }) => LastName === 'Byron');
    expect(byrons.map(({ IsPersonAccount }) => IsPersonAccount).sort()).toEqual([false, true]);
  });

  test('within a condition come with their contacts, and others do not', async () => {
    const orgs = await orgsWithPersons();
    const status = await orgs.copy({
      objects: [
        { object: 'Account', where: "LastName = 'Byron' OR Name = 'Acme'" },
        { object: 'Contact', where: 'LastName != null', within: ['AccountId'] },
        { object: 'Task', within: ['WhoId'] },
      ],
    });
    expect(status.totals).toMatchObject({ successful: 2 + 1 + 2, held: 0 });
    expect(Object.keys(await tasksIn(orgs.target)).sort()).toEqual(['To Byron', 'To Clerk']);
  });

  test('are businesses and contacts in a target that has none', async () => {
    const orgs = await orgsWithPersons(false);
    const status = await orgs.copy({ objects });
    expect(status.totals).toMatchObject({ failed: 0, held: 0 });
    expect(await orgs.target.records('Contact')).toHaveLength(4);
    expect(Object.values(await tasksIn(orgs.target))).toContainEqual(['Byron', 'Ada Byron', undefined]);
  });

  test('have no unmasked name on the disk where its parts are masked', async () => {
    const orgs = await orgsWithPersons();
    let exported = '';
    const agree = async (): Promise<void> => {
      const { store } = orgs.contexts.target;
      const run = (await store.list()).find(({ records: [first] }) => first?.type === 'copy');
      const folder = store.pathFor(run?.runId ?? '', 'export/Account');
      for (const name of await readdir(folder)) exported += await readFile(join(folder, name), 'utf8');
    };
    const mask = { FirstName: 'name', LastName: 'name', PersonEmail: 'email' } as const;
    const plan = await orgs.plan({ objects: [{ object: 'Account', mask }] }, { isAgreed: false });
    await startCopy(plan, { ...follow(), agree }, orgs.contexts);
    expect(exported).toContain('Acme');
    expect(exported).not.toMatch(/Ada|Byron|Hopper/);
    const names = (await orgs.target.records('Account')).map(({ Name }) => Name);
    expect(names).toEqual(expect.arrayContaining(['Acme', 'Globex']));
    expect(names.filter((name) => /^[A-Z][a-z]+( [A-Z][a-z]+)?$/.test(String(name)))).toHaveLength(5);
  });

  test('give templates what tells them from businesses, and their contacts', async () => {
    const orgs = await orgsWithPersons();
    const set = { Description: '${isPersonAccount}', Site: '${ PersonContactId }' };
    await orgs.copy({ objects: [{ object: 'Account', set }] });
    const [source, target] = [await orgs.source.records('Account'), await orgs.target.records('Account')];
    const contactOf = new Map(
      source.map(({ External_Id__c, PersonContactId }) => [External_Id__c, PersonContactId]),
    );
    for (const { External_Id__c = null, IsPersonAccount, Description, Site } of target) {
      expect(Description).toBe(String(IsPersonAccount));
      expect(Site).toBe(contactOf.get(External_Id__c));
    }
  });

  test('of files with the same contact are told, before anything is sent', async () => {
    const orgs = await copyOrgs({}, { target: { personAccounts: true } });
    const row = (number: number) => `${id('001', number)},true,${id('003', 1)},Hopper ${number},`;
    await filesIn(orgs, {
      'accounts.csv': ['Id,IsPersonAccount,PersonContactId,LastName,Name', row(1), row(2), ''].join('\n'),
      'contacts.csv': `Id,LastName\n${id('003', 9)},Clerk\n`,
    });
    const yaml =
      'version: 1\nobjects: [{ object: Account, file: accounts.csv }, { object: Contact, file: contacts.csv }]';
    const refusal = await failureOf(copyFiles(orgs, yaml));
    expect(refusal).toBeInstanceOf(UsageError);
    expect(refusal.message).toBe(
      `Several records of Account have the PersonContactId ${longId(id('003', 1))}: rows 1 and 2 of ${join(orgs.folder, 'accounts.csv')}.`,
    );
    expect(await orgs.target.records('Account')).toEqual([]);
  });
});
