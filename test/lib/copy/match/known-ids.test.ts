import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import type { CopyPlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import { accounts, contacts, copyOrgs, links, linesOf, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const two = { objects: [{ object: 'Contact' }, { object: 'Account' }] };

async function again(orgs: CopyOrgs, file: CopyPlanFile, knownIds = [join(orgs.folder, 'results')]) {
  const plan = await orgs.plan(file, { knownIds, resultsDir: join(orgs.folder, 'again') });
  return startCopy(plan, { events: new Events<CopyEvents>() }, orgs.contexts);
}

/** Jobs that have changed the target. */
async function sentTo({ target }: CopyOrgs) {
  return (await target.jobs()).filter(({ kind }) => kind === 'ingest');
}

test('records that an earlier copy knows are updated, and others created', async () => {
  const orgs = await copyOrgs({ Account: accounts(4), Contact: contacts(8, 4) });
  await orgs.copy(two);
  orgs.source.database.load('Account', accounts(6).slice(4));
  const status = await again(orgs, two);
  expect(status.surveys).toMatchObject([
    { levels: [2], updates: [4] },
    { levels: [0], updates: [8] },
  ]);
  expect(status.totals).toMatchObject({ successful: 14, failed: 0, held: 0 });
  expect(await orgs.target.records('Account')).toHaveLength(6);
  expect(await orgs.target.records('Contact')).toHaveLength(8);
  expect(await linesOf(join(orgs.folder, 'again/Account-ids.csv'))).toHaveLength(6);
});

test('lookups to records that an earlier copy knows are kept, though they are not selected this time', async () => {
  const orgs = await copyOrgs({ Account: accounts(4), Contact: contacts(8, 4) });
  await orgs.copy(two);
  const some = { object: 'Account', where: "Name = 'Account 1'" };
  const status = await again(orgs, { objects: [some, { object: 'Contact' }] });
  expect(status.surveys[1]).toMatchObject({ cleared: {}, held: 0, updates: [8] });
  expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(
    await links(orgs.source, 'Contact', 'AccountId', 'Account'),
  );
  expect(await linesOf(join(orgs.folder, 'again/Account-ids.csv'))).toHaveLength(1);
});

test('known records need no key, and take the place of what a key would match', async () => {
  const orgs = await copyOrgs({ Account: accounts(4) });
  await orgs.copy({ objects: [{ object: 'Account' }] });
  const set = { Name: 'New ${Name}' };
  const status = await again(orgs, { objects: [{ object: 'Account', set, key: ['Name'] }] });
  expect(status.surveys[0]).toMatchObject({ levels: [0], updates: [4] });
  const names = (await orgs.target.records('Account')).map(({ Name }) => Name).sort();
  expect(names).toEqual([0, 1, 2, 3].map((index) => `New Account ${index}`));
});

test('of two folders that know a record the last one counts', async () => {
  const orgs = await copyOrgs({ Account: accounts(1) });
  orgs.target.database.load('Account', [
    { Id: '001Tg0000000001', Name: 'Former' },
    { Id: '001Tg0000000002', Name: 'Latter' },
  ]);
  const [source] = await orgs.source.records('Account');
  const folders = ['1', '2'].map((number) => join(orgs.folder, `known-${number}`));
  for (const [index, folder] of folders.entries()) {
    await mkdir(folder);
    const ids = `source__Id,target__Id\n${String(source?.Id)},001Tg000000000${index + 1}\n`;
    await writeFile(join(folder, 'Account-ids.csv'), ids);
  }
  await again(orgs, { objects: [{ object: 'Account' }] }, folders);
  const names = (await orgs.target.records('Account')).map(({ Name }) => Name);
  expect(names.sort()).toEqual(['Account 0', 'Former']);
});

test('a folder without ids, and a file that is none, are refused', async () => {
  const orgs = await copyOrgs({ Account: accounts(1) });
  const objects = [{ object: 'Account' }];
  const empty = await failureOf(again(orgs, { objects }, [orgs.folder]));
  expect(empty).toBeInstanceOf(UsageError);
  expect(empty.message).toMatch(/has no ids of an earlier copy, such as Account-ids.csv/);
  await writeFile(join(orgs.folder, 'Account-ids.csv'), 'source__Id,target__Id\n001Sr0000000001,x\n');
  const broken = await failureOf(again(orgs, { objects }, [orgs.folder]));
  expect(broken.message).toMatch(
    /Account-ids.csv isn't a file of ids .*row 1 has something else than two ids/,
  );
  expect(await orgs.target.jobs()).toEqual([]);
});

test('two records that are known as the same record of the target are refused before anything is sent', async () => {
  const orgs = await copyOrgs({ Account: accounts(2) });
  orgs.target.database.load('Account', [{ Id: '001Tg0000000001', Name: 'One' }]);
  const folder = join(orgs.folder, 'earlier');
  await mkdir(folder);
  const [one, other] = (await orgs.source.records('Account')).map(({ Id }) => String(Id));
  const line = (id: string | undefined): string => `${id},001Tg0000000001\n`;
  await writeFile(join(folder, 'Account-ids.csv'), `source__Id,target__Id\n${line(one)}${line(other)}`);
  const error = await failureOf(again(orgs, { objects: [{ object: 'Account' }] }, [folder]));
  expect(error.message).toContain('are both known as 001Tg0000000001');
  expect(await sentTo(orgs)).toEqual([]);
});

test.each([
  ['semicolons', (text: string) => text.replaceAll(',', ';')],
  ['a byte order mark and CRLF', (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
  ['sep= and quotes', (text: string) => `sep=;\r\n${text.replaceAll(',', '";"').replaceAll(/^|$/gm, '"')}`],
])('a file of ids that a spreadsheet has saved with %s is read', async (_, saved) => {
  const orgs = await copyOrgs({ Account: accounts(2) });
  const objects = [{ object: 'Account' }];
  const { plan } = await orgs.copy({ objects });
  const path = join(plan.resultsDir, 'Account-ids.csv');
  await writeFile(path, saved((await readFile(path, 'utf8')).trim()));
  expect((await again(orgs, { objects })).surveys).toMatchObject([{ levels: [0], updates: [2] }]);
  expect(await orgs.target.records('Account')).toHaveLength(2);
});

test('a file of ids in UTF-16 is refused by its encoding', async () => {
  const orgs = await copyOrgs({ Account: accounts(1) });
  const text = 'source__Id,target__Id\n001Sr0000000001,001Tg0000000001\n';
  await writeFile(join(orgs.folder, 'Account-ids.csv'), Buffer.from(`\uFEFF${text}`, 'utf16le'));
  const refused = await failureOf(again(orgs, { objects: [{ object: 'Account' }] }, [orgs.folder]));
  expect(refused.message).toContain('it is in UTF-16LE: save it as CSV UTF-8.');
});
