import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyPlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import {
  accounts,
  contacts,
  copyOrgs,
  failing,
  follow,
  id,
  linesOf,
  links,
  type CopyOrgs,
} from '../../../support/copy-orgs.ts';

async function into(orgs: CopyOrgs, folder: string, file: CopyPlanFile, knownIds?: readonly string[]) {
  const resultsDir = join(orgs.folder, folder);
  const known = knownIds === undefined ? {} : { knownIds };
  const plan = await orgs.plan(file, { resultsDir, ...known });
  return { resultsDir, status: await startCopy(plan, follow(), orgs.contexts) };
}

const parentsIn = (org: CopyOrgs['target']) => links(org, 'Contact', 'AccountId', 'Account');

test('children of a record that the target has are sent though its update fails', async () => {
  const orgs = await copyOrgs({ Account: accounts(3), Contact: contacts(6, 3) });
  await into(orgs, 'before', { objects: [{ object: 'Account' }] });
  await orgs.target.faults.add(failing('Name', ['Account 1']));
  const file = { objects: [{ object: 'Account', key: ['Name'] }, { object: 'Contact' }] };
  const { status, resultsDir } = await into(orgs, 'after', file);
  expect(status.totals).toMatchObject({ successful: 8, failed: 1, held: 0 });
  expect(await parentsIn(orgs.target)).toEqual(await parentsIn(orgs.source));
  expect(await linesOf(join(resultsDir, 'Account-ids.csv')), 'it is known all the same').toHaveLength(3);

  await orgs.target.faults.clear();
  const retried = await resumeCopy(status, { ...follow(), isRetry: true }, orgs.contexts);
  expect(retried.totals).toMatchObject({ successful: 9, failed: 0, held: 0 });
  expect(await linesOf(join(resultsDir, 'Account-ids.csv'))).toHaveLength(3);
});

test('a copy that goes by the ids of one with failed updates creates nothing twice', async () => {
  const orgs = await copyOrgs({ Account: accounts(3) });
  const file = { objects: [{ object: 'Account' }] };
  const first = await into(orgs, 'first', file);
  await orgs.target.faults.add(failing('Name', ['Account 1']));
  const second = await into(orgs, 'second', file, [first.resultsDir]);
  expect(second.status.totals).toMatchObject({ successful: 2, failed: 1 });
  await orgs.target.faults.clear();
  const third = await into(orgs, 'third', file, [second.resultsDir]);
  expect(third.status.totals).toMatchObject({ successful: 3, failed: 0 });
  expect(await orgs.target.records('Account')).toHaveLength(3);
});

test('children of a record that the target has are sent though that is held itself', async () => {
  const orgs = await copyOrgs({
    Account: accounts(3).map((each, index) => ({ ...each, ParentId: index === 2 ? id('001', 1) : null })),
    Contact: contacts(6, 3),
  });
  await into(orgs, 'before', { objects: [{ object: 'Account', where: "Name = 'Account 2'" }] });
  const account = {
    object: 'Account',
    where: "Name != 'Account 1'",
    key: ['Name'],
    lookups: { ParentId: { missing: 'hold' as const } },
  };
  const { status } = await into(orgs, 'after', { objects: [account, { object: 'Contact' }] });
  expect(status.surveys.map(({ held }) => held)).toEqual([1, 0]);
  expect(status.totals).toMatchObject({ successful: 7, held: 1 });
  const source = await parentsIn(orgs.source);
  const cleared = Object.entries(source).map(([child, parent]) => [
    child,
    parent === 'Account 1' ? null : parent,
  ]);
  expect(await parentsIn(orgs.target)).toEqual(Object.fromEntries(cleared));
});

test.each(['reference', 'insert'] as const)(
  'records of the target are found by a key with their parents however deep they are: %s',
  async (operation) => {
    const chain = accounts(14).map((each, at) => ({
      ...each,
      ParentId: at === 0 ? null : id('001', at - 1),
    }));
    const orgs = await copyOrgs({ Account: chain, Contact: contacts(14, 14) });
    await into(orgs, 'before', { objects: [{ object: 'Account', key: ['ParentId', 'Name'] }] });
    const account = { object: 'Account', operation, key: ['ParentId', 'Name'] };
    const { status } = await into(orgs, 'after', { objects: [account, { object: 'Contact' }] });
    expect(status.surveys[0]).toMatchObject({ unchanged: 14, held: 0, outside: 0 });
    expect(status.totals).toMatchObject({ successful: 14, held: 0 });
    expect(await parentsIn(orgs.target)).toEqual(await parentsIn(orgs.source));
    expect(await orgs.target.records('Account')).toHaveLength(14);
  },
);
