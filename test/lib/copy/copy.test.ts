import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { OrgApi } from '../../../src/lib/api/port.js';
import { longId } from '../../../src/lib/api/identifiers.js';
import { resumeCopy, startCopy } from '../../../src/lib/copy/copy.js';
import { UsageError } from '../../../src/lib/errors.js';
import {
  follow,
  accounts,
  contacts,
  copyOrgs,
  id,
  linesOf,
  links,
  tasks,
  type CopyOrgs,
  failing,
} from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';

const two = { objects: [{ object: 'Contact' }, { object: 'Account' }] };

test('children have the parents in the target that they have in the source', async () => {
  const orgs = await copyOrgs({ Account: accounts(30), Contact: contacts(100, 30) });
  const status = await orgs.copy(two);
  expect(status.totals).toEqual({ sent: 130, successful: 130, failed: 0, unprocessed: 0, held: 0 });
  const expected = await links(orgs.source, 'Contact', 'AccountId', 'Account');
  expect(Object.keys(expected)).toHaveLength(100);
  expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(expected);
  const [account] = await orgs.target.records('Account');
  expect(account).toMatchObject({ Site: 'a "b",\nc' });
});

test('which id became which is in a file of each object', async () => {
  const orgs = await copyOrgs({ Account: accounts(5) });
  const { plan } = await orgs.copy({ objects: [{ object: 'Account' }] });
  const lines = await linesOf(join(plan.resultsDir, 'Account-ids.csv'));
  const names = new Map(
    [...(await orgs.source.records('Account')), ...(await orgs.target.records('Account'))].map((each) => [
      each.Id,
      each.Name,
    ]),
  );
  expect(lines).toHaveLength(5);
  for (const line of lines) {
    const [from = '', to = ''] = line.split(',');
    expect(names.get(from)).toBe(names.get(to));
  }
});

test('nothing of the copy is left in the folder of runs but its journals, once every record is loaded', async () => {
  const orgs = await copyOrgs({ Account: accounts(5), Contact: contacts(9, 5) });
  const { runId } = await orgs.copy(two);
  const names = await readdir(join(orgs.folder, 'state/runs'));
  expect(names.filter((name) => name.startsWith(runId))).toEqual([`${runId}.journal`]);
});

test('the exports of a copy together take no more pages at once than one export does', async () => {
  const source = { queryPageRows: 3, latencyMs: 40 };
  const orgs = await copyOrgs({ Account: accounts(100), Contact: contacts(100, 30) }, { source });
  const { source: context } = orgs.contexts;
  let [pages, most] = [0, 0];
  const send: OrgApi['send'] = async (request, read) => {
    if (!/\/results\b/.test(request.path)) return context.api.send(request, read);
    pages += 1;
    most = Math.max(most, pages);
    return context.api.send(request, read).finally(() => (pages -= 1));
  };
  const contexts = { ...orgs.contexts, source: { ...context, api: { ...context.api, send } } };
  const { totals } = await startCopy(await orgs.plan(two), follow(), contexts);
  expect(totals.successful).toBe(200);
  expect(most).toBeGreaterThan(4);
  expect(most).toBeLessThanOrEqual(12);
});

describe('parents that fail', () => {
  const failedNames = ['Account 3', 'Account 7'];

  async function withFailures(): Promise<{ readonly orgs: CopyOrgs; readonly runId: string }> {
    const orgs = await copyOrgs({ Account: accounts(10), Contact: contacts(40, 10), Task: tasks(40) });
    await orgs.target.faults.add(failing('Name', failedNames));
    const status = await orgs.copy({ objects: [{ object: 'Task' }, ...two.objects] });
    expect(status.steps.map(({ object, counts }) => [object, counts])).toEqual([
      ['Account', { sent: 10, successful: 8, failed: 2, unprocessed: 0, held: 0 }],
      ['Contact', { sent: 32, successful: 32, failed: 0, unprocessed: 0, held: 8 }],
      ['Task', { sent: 32, successful: 32, failed: 0, unprocessed: 0, held: 8 }],
    ]);
    return { orgs, runId: status.runId };
  }

  test('have their children held, and theirs; each is told with the parent', async () => {
    const { orgs } = await withFailures();
    const held = await linesOf(join(orgs.folder, 'results/Contact-held-records.csv'));
    expect(held).toHaveLength(8);
    expect(held[0]).toBe(`${longId(id('003', 3))},PARENT_HELD_OR_FAILED,AccountId,${longId(id('001', 3))}`);
    expect(await linesOf(join(orgs.folder, 'results/Task-held-records.csv'))).toHaveLength(8);
  });

  test('are sent again by a retry, and their children after them; nothing is doubled', async () => {
    const { orgs, runId } = await withFailures();
    await orgs.target.faults.clear();
    const status = await resumeCopy({ runId }, { ...follow(), isRetry: true }, orgs.contexts);
    expect(status.totals).toEqual({ sent: 90, successful: 90, failed: 0, unprocessed: 0, held: 0 });
    for (const [child, field] of [
      ['Contact', 'AccountId'],
      ['Task', 'WhoId'],
    ] as const) {
      const parent = field === 'WhoId' ? 'Contact' : 'Account';
      const expected = await links(orgs.source, child, field, parent);
      expect(await links(orgs.target, child, field, parent)).toEqual(expected);
      expect(await orgs.target.records(child)).toHaveLength(40);
    }
    expect(await readdir(join(orgs.folder, 'results'))).not.toContain('Contact-held-records.csv');
    expect(await linesOf(join(orgs.folder, 'results/Contact-ids.csv'))).toHaveLength(40);
    const again = resumeCopy({ runId }, { ...follow(), isRetry: true }, orgs.contexts);
    expect(await failureOf(again)).toBeInstanceOf(UsageError);
  });
});

describe('a parent that is not copied', () => {
  const some = { object: 'Account', where: "Name = 'Account 1'" };

  test('leaves the lookup empty by default', async () => {
    const orgs = await copyOrgs({ Account: accounts(4), Contact: contacts(8, 4) });
    const status = await orgs.copy({ objects: [some, { object: 'Contact' }] });
    expect(status.surveys[1]).toMatchObject({ read: 8, outside: 0, held: 0, cleared: { AccountId: 6 } });
    const parents = Object.values(await links(orgs.target, 'Contact', 'AccountId', 'Account'));
    expect(parents.filter((name) => name === null)).toHaveLength(6);
  });

  test('holds the child where the plan says so', async () => {
    const orgs = await copyOrgs({ Account: accounts(4), Contact: contacts(8, 4) });
    const lookups = { AccountId: { missing: 'hold' } } as const;
    const status = await orgs.copy({ objects: [some, { object: 'Contact', lookups }] });
    expect(status.totals).toEqual({ sent: 3, successful: 3, failed: 0, unprocessed: 0, held: 6 });
  });

  test('refuses the copy where the plan says so', async () => {
    const orgs = await copyOrgs({ Account: accounts(4), Contact: contacts(8, 4) });
    const failure = await failureOf(orgs.copy({ missing: 'fail', objects: [some, { object: 'Contact' }] }));
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toMatch(/^AccountId of Contact 003Sr.* refers to 001Sr.*, which isn't copied/);
    expect((failure as UsageError).actions[2]).toContain('"missing: clear"');
    expect(await orgs.target.jobs()).toEqual([]);
  });

  test('is not to be cleared in a key, and no advice says so', async () => {
    const orgs = await copyOrgs({ Account: accounts(4), Contact: contacts(8, 4) });
    const child = { object: 'Contact', key: ['AccountId', 'LastName'] };
    const failure = await failureOf(
      orgs.copy({ missing: 'fail', objects: [{ ...some, key: ['Name'] }, child] }),
    );
    expect((failure as UsageError).actions.join()).not.toContain('clear');
  });

  test('leaves out the children that are to be within what is copied', async () => {
    const orgs = await copyOrgs({ Account: accounts(4), Contact: contacts(8, 4) });
    const status = await orgs.copy({ objects: [some, { object: 'Contact', within: ['AccountId'] }] });
    expect(status.surveys[1]).toMatchObject({ read: 8, outside: 6, held: 0 });
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual({
      'Contact 1': 'Account 1',
      'Contact 5': 'Account 1',
    });
  });
});

describe('a key', () => {
  const withKeys = (rows: ReadonlyArray<Record<string, string>>) =>
    rows.map((row, index) => ({ ...row, External_Id__c: `key-${index}` }));
  const keyed = { objects: [{ object: 'Account', key: ['External_Id__c'] }, { object: 'Contact' }] };

  test('makes a second copy update what the first one has created', async () => {
    const orgs = await copyOrgs({ Account: withKeys(accounts(6)) });
    await orgs.copy({ objects: [keyed.objects[0] as (typeof keyed.objects)[0]] });
    const plan = await orgs.plan(
      { objects: [keyed.objects[0] as (typeof keyed.objects)[0]] },
      { resultsDir: join(orgs.folder, 'second') },
    );
    const status = await startCopy(plan, follow(), orgs.contexts);
    expect(status.totals.successful).toBe(6);
    expect(await orgs.target.records('Account')).toHaveLength(6);
  });

  test('that several records have is refused before anything is sent', async () => {
    const records = withKeys(accounts(6)).map((each, index) =>
      index === 4 ? { ...each, External_Id__c: 'KEY-1' } : each,
    );
    const orgs = await copyOrgs({ Account: records });
    const failure = await failureOf(orgs.copy({ objects: [keyed.objects[0] as (typeof keyed.objects)[0]] }));
    expect(failure.message).toMatch(
      /^Several records of Account have the same External_Id__c, "key-1": 001Sr\w*1IAA, 001Sr\w*4IAA in the source\.$/,
    );
    expect(await orgs.target.jobs()).toEqual([]);
  });

  test('can be the id in the source, written into a field', async () => {
    const orgs = await copyOrgs({ Account: accounts(6), Contact: contacts(12, 6) });
    const set = { External_Id__c: '${Id}' };
    const status = await orgs.copy({
      objects: [{ object: 'Account', set, key: ['External_Id__c'] }, { object: 'Contact' }],
    });
    expect(status.totals.successful).toBe(18);
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(
      await links(orgs.source, 'Contact', 'AccountId', 'Account'),
    );
  });
});

test('rows that are alike in all they send can stand for each other', async () => {
  const same = Array.from({ length: 40 }, (_, index) => ({ Id: id('001', index), Name: 'Same' }));
  const orgs = await copyOrgs({ Account: same, Contact: contacts(80, 40) });
  const status = await orgs.copy(two);
  expect(status.totals.successful).toBe(120);
  const parents = (await orgs.target.records('Contact')).map(({ AccountId }) => AccountId);
  expect(new Set(parents).size).toBe(40);
});

test('values that the org writes in another way are matched all the same', async () => {
  const rows = Array.from({ length: 60 }, (_, index) => ({
    Id: id('a00', index),
    Name: `Shipment ${index % 7}`,
    Weight_Kg__c: index / 8,
    Freight_Cost__c: index * 1_000_000,
    Delivered_At__c: `2026-01-0${(index % 9) + 1}T10:11:12.000+0000`,
    Notes__c: index % 2 === 0 ? 'two\r\nlines' : `007,"${index}"`,
  }));
  const orgs = await copyOrgs({ Shipment__c: rows });
  const status = await orgs.copy({ objects: [{ object: 'Shipment__c' }] });
  expect(status.totals.successful).toBe(60);
});

test('texts that a number could be written as are told apart', async () => {
  const rows = ['7', '007', '7.0', '7'].map((Name, index) => ({ Id: id('001', index), Name }));
  const orgs = await copyOrgs({ Account: rows });
  await orgs.copy({ objects: [{ object: 'Account' }] });
  const target = new Map((await orgs.target.records('Account')).map(({ Id, Name }) => [Id, Name]));
  for (const line of await linesOf(join(orgs.folder, 'results/Account-ids.csv'))) {
    const [from = '', to = ''] = line.split(',');
    expect(target.get(to)).toBe(rows.find(({ Id }) => from.startsWith(Id))?.Name);
  }
});
