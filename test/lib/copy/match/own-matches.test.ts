import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import type { ObjectPlan } from '../../../../src/lib/copy/plan/plan-file.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { copyOrgs, follow, id, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const inTarget = '001Tg0000000001';

/** Two accounts, the second of which has the keys of the target's, and of which the first is known as it. */
async function orgsWithKnown(): Promise<CopyOrgs & { readonly knownIds: readonly string[] }> {
  const account = (number: number) => ({
    Name: `A${number}`,
    Site: `S${number}`,
    External_Id__c: `E${number}`,
  });
  const orgs = await copyOrgs({
    Account: [1, 2].map((number) => ({ Id: id('001', number), ...account(number) })),
    Contact: [1, 2].map((number) => ({
      Id: id('003', number),
      LastName: `C${number}`,
      AccountId: id('001', number),
    })),
  });
  orgs.target.database.load('Account', [{ Id: inTarget, ...account(2) }]);
  const folder = join(orgs.folder, 'earlier');
  await mkdir(folder);
  await writeFile(join(folder, 'Account-ids.csv'), `source__Id,target__Id\n${id('001', 1)},${inTarget}\n`);
  return { ...orgs, knownIds: [folder] };
}

async function refusal(orgs: Awaited<ReturnType<typeof orgsWithKnown>>, account: ObjectPlan): Promise<Error> {
  const { knownIds } = orgs;
  const plan = await orgs.plan({ objects: [account, { object: 'Contact' }] }, { knownIds });
  const error = await failureOf(startCopy(plan, follow(), orgs.contexts));
  expect((await orgs.target.jobs()).filter(({ kind }) => kind === 'ingest')).toEqual([]);
  return error;
}

test.each<readonly [string, Omit<ObjectPlan, 'object'>]>([
  ['Site', { key: ['Site'] }],
  ['Name, Site', { key: ['Name', 'Site'] }],
  ['External_Id__c', { key: ['External_Id__c'] }],
  ['Name', { key: ['Name'], operation: 'insert' }],
  ['Site', { key: ['Site'], where: "Name = 'A2'" }],
])(
  'a record known as one of the target that another one matches by the key %s is refused before anything is sent: %o',
  async (key, plan) => {
    const error = await refusal(await orgsWithKnown(), { object: 'Account', ...plan });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(`001Sr0000000002IAA (by the key ${key})`);
    expect(error.message).toContain('001Sr0000000001IAA (by --known-ids)');
    expect(error.message).toContain(`of Account are both ${inTarget}IAA in the target`);
    expect(error).toMatchObject({
      actions: [expect.any(String), expect.stringContaining('Account-ids.csv')],
    });
  },
);

test('of records that are both matched, each to its own, none is refused', async () => {
  const orgs = await orgsWithKnown();
  orgs.target.database.load('Account', [{ Id: '001Tg0000000002', Name: 'T', Site: 'S1' }]);
  const swapped = `source__Id,target__Id\n${id('001', 1)},001Tg0000000002\n`;
  await writeFile(join(orgs.knownIds[0] ?? '', 'Account-ids.csv'), swapped);
  const { knownIds } = orgs;
  const plan = await orgs.plan({ objects: [{ object: 'Account', key: ['Site'] }] }, { knownIds });
  const { totals } = await startCopy(plan, follow(), orgs.contexts);
  expect(totals).toMatchObject({ successful: 2, failed: 0, held: 0 });
  expect((await orgs.target.records('Account')).map(({ Name }) => Name).sort()).toEqual(['A1', 'A2']);
});

test('a record that is gone from the source leaves its place to the one that has its key now', async () => {
  const orgs = await orgsWithKnown();
  const gone = `source__Id,target__Id\n${id('001', 9)},${inTarget}\n`;
  await writeFile(join(orgs.knownIds[0] ?? '', 'Account-ids.csv'), gone);
  const { knownIds } = orgs;
  const plan = await orgs.plan({ objects: [{ object: 'Account', key: ['Site'] }] }, { knownIds });
  expect((await startCopy(plan, follow(), orgs.contexts)).totals).toMatchObject({ successful: 2, failed: 0 });
  expect((await orgs.target.records('Account')).map(({ Name }) => Name).sort()).toEqual(['A1', 'A2']);
});

test('one that does not belong to the copy keeps it', async () => {
  const orgs = await orgsWithKnown();
  const shipment = (number: number, parent: string | null) => ({
    Id: id('a00', number),
    Name: 'S',
    Carrier_Key__c: 'same',
    Account__c: parent,
  });
  orgs.source.database.load('Shipment__c', [shipment(1, null), shipment(2, id('001', 1))]);
  orgs.target.database.load('Shipment__c', [{ Id: 'a00Tg0000000001', Name: 'S', Carrier_Key__c: 'same' }]);
  const known = `source__Id,target__Id\n${id('a00', 1)},a00Tg0000000001\n`;
  await writeFile(join(orgs.knownIds[0] ?? '', 'Shipment__c-ids.csv'), known);
  const objects = [
    { object: 'Account', key: ['Id'], operation: 'reference' as const },
    { object: 'Shipment__c', within: ['Account__c'], key: ['Carrier_Key__c'] },
  ];
  const { knownIds } = orgs;
  const refusal = await failureOf(
    startCopy(await orgs.plan({ objects }, { knownIds }), follow(), orgs.contexts),
  );
  expect(refusal.message).toContain('are both a00Tg0000000001');
});
