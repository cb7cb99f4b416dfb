import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Org } from '../../../local-org/index.ts';
import { openBenchOfTwo } from '../../support/bulk2.ts';
import { accounts, id } from '../../support/copy-orgs.ts';

const user = (number: number, name: string, domain = 'acme.example') => ({
  Id: id('005', number),
  Username: `${name}@${domain}`,
  LastName: name,
  IsActive: true,
});
const queue = (number: number, DeveloperName: string) => ({
  Id: id('00G', number),
  Name: DeveloperName,
  DeveloperName,
  Type: 'Queue',
});
const type = (DeveloperName: string, more: object = {}) => ({
  SobjectType: 'Account',
  DeveloperName,
  ...more,
});
const packaged = { NamespacePrefix: 'acme' };

const plan = `version: 1
owners: { match: Username, else: me }
objects:
  - object: Account
    fields: [Name, RecordTypeId, OwnerId]
    values: { RecordType: { Old: New } }
  - object: Case
    fields: [Subject, AccountId, OwnerId]
`;

/** The source is a sandbox; accounts of five types and owners, and cases of queues. */
async function openOrgs() {
  const { bench, source } = await openBenchOfTwo(
    {
      recordTypes: [
        type('New'),
        type('Partner'),
        type('Partner', packaged),
        type('Gone', { IsActive: false }),
      ],
    },
    { sandbox: 'dev1', recordTypes: [type('Partner', packaged), type('Old'), type('Partner')] },
  );
  source.database.load('User', [user(1, 'ann', 'acme.example.dev1'), user(2, 'bob'), user(3, 'carol')]);
  source.database.load('Group', [queue(1, 'Support'), queue(2, 'Returns')]);
  bench.org.database.load('User', [
    { ...user(11, 'ann'), Id: '005Tg0000000011' },
    { ...user(12, 'bob'), Id: '005Tg0000000012', IsActive: false },
  ]);
  bench.org.database.load('Group', [{ ...queue(11, 'support'), Id: '00GTg0000000011' }]);
  const types = (await source.records('RecordType')).map(({ Id }) => Id ?? null);
  const owners = [1, 2, 3, 1].map((number) => id('005', number));
  source.database.load(
    'Account',
    accounts(4).map((each, index) => ({
      ...each,
      Name: `Account ${index}, "quoted"`,
      OwnerId: owners[index] ?? null,
      RecordTypeId: types[index] ?? '012000000000000AAA',
    })),
  );
  source.database.load(
    'Case',
    [1, 2].map((number) => ({
      Subject: `Case ${number}`,
      OwnerId: id('00G', number),
      AccountId: id('001', number),
    })),
  );
  await writeFile(bench.file('plan.yaml'), plan);
  const { code, stderr } = await bench.run(
    ...['copy', '--plan', 'plan.yaml', '--source-org', 'source', '--output-dir', 'sample'],
  );
  expect(code, stderr).toBe(0);
  return bench;
}

/** What the owner and the record type of each record are called. */
async function namesIn(org: Org): Promise<Record<string, string>> {
  const named = ['User', 'Group', 'RecordType'].map((object) => org.records(object));
  const names = new Map(
    (await Promise.all(named))
      .flat()
      .map(({ Id, Username, NamespacePrefix, DeveloperName }) => [
        Id,
        String(Username ?? [...(NamespacePrefix == null ? [] : [NamespacePrefix]), DeveloperName].join('__')),
      ]),
  );
  const records = [...(await org.records('Account')), ...(await org.records('Case'))];
  return Object.fromEntries(
    records.map(({ Name, Subject, OwnerId, RecordTypeId }) => [
      String(Name ?? Subject).split(',')[0] ?? '',
      `${names.get(OwnerId) ?? ''} ${names.get(RecordTypeId) ?? ''}`.trim(),
    ]),
  );
}

test('a folder names owners and record types, and these are found again wherever it is loaded', async () => {
  const bench = await openOrgs();
  const rows = (await readFile(bench.file('sample/Account.csv'), 'utf8')).split('\n');
  expect(rows[0]).toBe('Id,Name,RecordTypeId,OwnerId');
  expect(rows[1]).toMatch(/^"001Sr\w+","Account 0, ""quoted""",acme__Partner,ann@acme.example$/);
  expect(rows[4]).toMatch(/,,ann@acme.example$/);
  const { code, stdout, stderr } = await bench.run('copy', '--source-dir', 'sample', '--no-prompt');
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('Owners not found in the target: 3, with 3 records, which will belong to you.');
  const me = (await bench.org.records('User'))[0]?.Username;
  expect(await namesIn(bench.org)).toEqual({
    'Account 0': 'ann@acme.example acme__Partner',
    'Account 1': `${me} New`,
    'Account 2': `${me} Partner`,
    'Account 3': 'ann@acme.example',
    'Case 1': 'support',
    'Case 2': String(me),
  });
});

test('a record type in a file that the target lacks, or has no active one of, stops the copy with the way out', async () => {
  const bench = await openOrgs();
  await writeFile(bench.file('accounts.csv'), 'Name,RecordTypeId\nA,Gone\nB,Odd\nC,Partner\n');
  const files = 'version: 1\nobjects: [{ object: Account, file: accounts.csv VALUES }]';
  const copy = async (values: string) => {
    await writeFile(bench.file('files.yaml'), files.replace(' VALUES', values));
    return bench.run('copy', '--plan', 'files.yaml', '--no-prompt');
  };
  const refused = await copy('');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    "The target doesn't have these record types of Account: Gone (1 record), Odd (1 record).",
  );
  const { code, stderr } = await copy(', values: { RecordType: { Gone: New, Odd: acme__Partner } }');
  expect(code, stderr).toBe(0);
  expect(Object.values(await namesIn(bench.org)).map((names) => names.split(' ')[1])).toEqual([
    'New',
    'acme__Partner',
    'Partner',
  ]);
});
