import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import type { CopyPlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import { accounts, contacts, copyOrgs, links, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { deleteFirst } from '../../../support/delete-records.ts';
import { failureOf } from '../../../support/failure-of.ts';

const objects = [{ object: 'Account' }, { object: 'Contact' }];

/** A copy that takes what is in these folders for known. */
async function again(orgs: CopyOrgs, file: CopyPlanFile, folders: readonly string[]) {
  const knownIds = folders.map((name) => join(orgs.folder, name));
  const plan = await orgs.plan(file, { knownIds, resultsDir: join(orgs.folder, 'again') });
  const warnings: string[] = [];
  const events = new Events<CopyEvents>();
  events.on('warning', (text) => warnings.push(text));
  const status = await startCopy(plan, { events }, orgs.contexts);
  return { status, warnings };
}

/** Writes files of ids, by object: which record of the source is which of the target. */
async function knownIn(
  orgs: CopyOrgs,
  folder: string,
  ids: Readonly<Record<string, ReadonlyArray<[string, string]>>>,
) {
  await mkdir(join(orgs.folder, folder));
  for (const [object, pairs] of Object.entries(ids)) {
    const lines = pairs.map((pair) => `${pair.join(',')}\n`);
    await writeFile(
      join(orgs.folder, folder, `${object}-ids.csv`),
      `source__Id,target__Id\n${lines.join('')}`,
    );
  }
}

test('records that were deleted in the target since are created again, and told; no record fails', async () => {
  const orgs = await copyOrgs({ Account: accounts(3), Contact: contacts(6, 3) });
  await orgs.copy({ objects });
  await deleteFirst(orgs, 'Account');
  const { status, warnings } = await again(orgs, { objects }, ['results']);
  expect(warnings).toEqual([
    "Account: 1 record of 3 in the files of --known-ids isn't in the target any more, and counts as not known. Those that are copied are created again.",
    // The org has deleted them with their account.
    "Contact: 2 records of 6 in the files of --known-ids aren't in the target any more, and count as not known. Those that are copied are created again.",
  ]);
  expect(status.surveys).toMatchObject([
    { levels: [1], updates: [2] },
    { levels: [2], updates: [4] },
  ]);
  expect(status.totals).toMatchObject({ successful: 9, failed: 0, held: 0 });
  expect(await orgs.target.records('Account')).toHaveLength(3);
  expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(
    await links(orgs.source, 'Contact', 'AccountId', 'Account'),
  );
});

test('a folder of which no record is in the target is refused by name, before anything is sent', async () => {
  const orgs = await copyOrgs({ Account: accounts(2), Contact: contacts(2, 2) });
  await orgs.copy({ objects });
  await knownIn(orgs, 'other', { Account: [['001Sr0000000000', '001Xx0000000001']] });
  const jobs = (await orgs.target.jobs()).filter(({ kind }) => kind === 'ingest');
  const error = await failureOf<UsageError>(again(orgs, { objects }, ['results', 'other']));
  expect(error).toBeInstanceOf(UsageError);
  const folder = join(orgs.folder, 'other');
  expect(error.message).toContain(
    `None of the records that the files of ids in ${folder} list is in the target`,
  );
  expect(error.actions).toEqual([
    `To copy these records anew, leave out --known-ids ${folder}. Nothing was sent.`,
  ]);
  expect((await orgs.target.jobs()).filter(({ kind }) => kind === 'ingest')).toHaveLength(jobs.length);
});

test('of folders that contradict each other the one counts whose record is in the target', async () => {
  const orgs = await copyOrgs({ Account: accounts(2) });
  orgs.target.database.load('Account', [
    { Id: '001Tg0000000001', Name: 'Former' },
    { Id: '001Tg0000000002', Name: 'Other' },
  ]);
  const [one = '', two = ''] = (await orgs.source.records('Account')).map(({ Id }) => String(Id));
  await knownIn(orgs, 'first', { Account: [[one, '001Tg0000000001']] });
  await knownIn(orgs, 'second', {
    Account: [
      [one, '001Tg0000000009'],
      [two, '001Tg0000000002'],
    ],
  });
  const { status, warnings } = await again(orgs, { objects: [{ object: 'Account' }] }, ['first', 'second']);
  expect(warnings).toEqual([]);
  expect(status.surveys).toMatchObject([{ levels: [0], updates: [2] }]);
  expect((await orgs.target.records('Account')).map(({ Name }) => Name)).toEqual(['Account 0', 'Account 1']);
});

test('where records of both are in the target, that of the last folder counts, and the copy says so', async () => {
  const orgs = await copyOrgs({ Account: accounts(1) });
  orgs.target.database.load('Account', [
    { Id: '001Tg0000000001', Name: 'Former' },
    { Id: '001Tg0000000002', Name: 'Latter' },
  ]);
  const [one = ''] = (await orgs.source.records('Account')).map(({ Id }) => String(Id));
  await knownIn(orgs, 'first', { Account: [[one, '001Tg0000000001']] });
  await knownIn(orgs, 'second', { Account: [[one, '001Tg0000000002']] });
  const { warnings } = await again(orgs, { objects: [{ object: 'Account' }] }, ['first', 'second']);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^Account: 1 record is known as several ones of the target, such as 001Sr0\w+ as 001Tg0\w+ and 001Tg0\w+\. The one of the last folder that knows it counts\.$/,
    ),
  ]);
  expect((await orgs.target.records('Account')).map(({ Name }) => Name)).toEqual(['Former', 'Account 0']);
});

test('records to update that are gone are held, and nothing is said of creating them', async () => {
  const orgs = await copyOrgs({ Account: accounts(2), Contact: contacts(2, 2) });
  await orgs.copy({ objects });
  await deleteFirst(orgs, 'Contact');
  const update = [{ object: 'Contact', operation: 'update' as const, key: ['LastName'] }];
  const { status, warnings } = await again(orgs, { objects: update }, ['results']);
  expect(warnings).toEqual([expect.stringMatching(/counts as not known\.$/)]);
  expect(status.totals).toMatchObject({ successful: 1, failed: 0, held: 1 });
});
