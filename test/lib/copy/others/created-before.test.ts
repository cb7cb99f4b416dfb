import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ingestJobs } from '../../../../src/lib/api/ingest-jobs.js';
import { abortCopy } from '../../../../src/lib/copy/abort-copy.js';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents, CreatedBefore } from '../../../../src/lib/copy/model/events.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import type { CopyPlan } from '../../../../src/lib/run/copy-record.js';
import type { RunEvents } from '../../../../src/lib/run/open-interrupted.js';
import { copyFiles, filesIn, planOfFiles } from '../../../support/copy-files.ts';
import { accounts, contacts, copyOrgs, failing, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { deleteByIds } from '../../../support/delete-records.ts';
import { needing } from '../../../support/systems.ts';
import { endingAt } from '../../../support/ending-store.ts';

function listening() {
  const events = new Events<CopyEvents>();
  const found: CreatedBefore[] = [];
  let jobs = 0;
  events.on('planned', () => jobs++);
  events.on('createdBefore', (before) => {
    expect(jobs).toBe(0);
    found.push(before);
  });
  return { events, found };
}

async function copied(
  orgs: CopyOrgs,
  folder: string,
  objects: readonly object[],
  more: Partial<CopyPlan> = {},
) {
  const { events, found } = listening();
  const file = { objects } as Parameters<CopyOrgs['plan']>[0];
  const plan = await orgs.plan(file, { resultsDir: join(orgs.folder, folder), ...more });
  await startCopy(plan, { events }, orgs.contexts);
  return found;
}

const both = [{ object: 'Account' }, { object: 'Contact' }];
const openOrgs = () => copyOrgs({ Account: accounts(2), Contact: contacts(3, 2) });

test('records that a copy would create again are told, with the results of the copies that created them', async () => {
  const orgs = await openOrgs();
  const [one, two] = [join(orgs.folder, 'one'), join(orgs.folder, 'two')];
  expect(await copied(orgs, 'one', both)).toEqual([]);
  const known = { knownIds: [one] };
  expect(await copied(orgs, 'known', both, known)).toEqual([]);
  expect(
    await copied(orgs, 'two', [{ object: 'Account' }], { knownIds: [join(orgs.folder, 'known')] }),
  ).toEqual([]);
  const all = [one, join(orgs.folder, 'known'), two];
  expect(await copied(orgs, 'three', both)).toEqual([
    { objects: ['Account', 'Contact'], folders: all, isMore: false },
  ]);
});

test('only copies are told that have created records which the copy would create again', async () => {
  const orgs = await openOrgs();
  await copied(orgs, 'one', [{ object: 'Account' }]);
  orgs.source.database.load('Account', [{ Name: 'New' }]);
  await copied(orgs, 'two', [{ object: 'Account', where: "Name = 'New'" }]);
  const known = { knownIds: [join(orgs.folder, 'one')] };
  const two = join(orgs.folder, 'two');
  expect(await copied(orgs, 'three', [{ object: 'Account' }], known)).toEqual([
    { objects: ['Account'], folders: [two], isMore: false },
  ]);
});

test('copies whose records were deleted by their files of ids are not told', async () => {
  const orgs = await openOrgs();
  await copied(orgs, 'one', both);
  await deleteByIds(orgs, 'Contact', join(orgs.folder, 'one', 'Contact-ids.csv'));
  expect(await orgs.target.records('Contact')).toEqual([]);
  const one = join(orgs.folder, 'one');
  expect(await copied(orgs, 'two', [{ object: 'Contact' }])).toEqual([]);
  expect(await copied(orgs, 'three', [{ object: 'Account' }])).toEqual([
    { objects: ['Account'], folders: [one], isMore: false },
  ]);
});

test('records with the key Id are told: those that were created have other ids', async () => {
  const orgs = await openOrgs();
  const byId = [{ object: 'Account', key: ['Id'] }];
  expect(await copied(orgs, 'one', byId)).toEqual([]);
  const one = { objects: ['Account'], folders: [join(orgs.folder, 'one')], isMore: false };
  expect(await copied(orgs, 'two', byId)).toEqual([one]);
});

test('records that another copy has created while somebody was asked are not created again', async () => {
  const orgs = await openOrgs();
  const file = { objects: both };
  const other = await orgs.plan(file, { resultsDir: join(orgs.folder, 'other') });
  const agree = async () => void (await startCopy(other, { events: new Events() }, orgs.contexts));
  const refusal = await failureOf(orgs.copy(file, { agree }));
  expect(refusal).toBeInstanceOf(UsageError);
  expect(refusal.message).toMatch(/^Another copy has created records of Account since this one began/);
  expect(await orgs.target.records('Account')).toHaveLength(2);
  expect(await orgs.target.records('Contact')).toHaveLength(3);
});

test('those of other files are', async () => {
  const orgs = await openOrgs();
  await filesIn(orgs, { 'one.csv': 'Name\nOne\n', 'two.csv': 'Name\nTwo\n' });
  const yaml = (name: string) => `version: 1\nobjects: [{ object: Account, file: ${name}.csv }]`;
  const agree = async () => void (await copyFiles(orgs, yaml('one'), 'one'));
  const plan = await planOfFiles(orgs, yaml('two'), 'two');
  await startCopy(plan, { events: new Events(), agree }, { target: orgs.contexts.target });
  expect((await orgs.target.records('Account')).map(({ Name }) => Name)).toEqual(['One', 'Two']);
});

test('records with a key, that failed, or of another source, are not told', async () => {
  const orgs = await openOrgs();
  await orgs.target.faults.add(failing('LastName', ['Contact 0', 'Contact 1', 'Contact 2']));
  await copied(orgs, 'one', both);
  await orgs.target.faults.clear();
  expect(await copied(orgs, 'two', [{ object: 'Account', key: ['Name'] }, { object: 'Contact' }])).toEqual(
    [],
  );
  await filesIn(orgs, { 'accounts.csv': 'Name\nOne\n' });
  const { events, found } = listening();
  await copyFiles(orgs, 'version: 1\nobjects: [{ object: Account, file: accounts.csv }]', 'files', events);
  expect(found).toEqual([]);
});

test('where the results are gone, or know rows by their numbers only, there is more to tell', async () => {
  const orgs = await openOrgs();
  await copied(orgs, 'one', both);
  await rm(join(orgs.folder, 'one'), { recursive: true });
  expect(await copied(orgs, 'two', [{ object: 'Contact' }])).toEqual([
    { objects: ['Contact'], folders: [], isMore: true },
  ]);
  await filesIn(orgs, { 'accounts.csv': 'Name\nOne\n' });
  const yaml = 'version: 1\nobjects: [{ object: Account, file: accounts.csv }]';
  await copyFiles(orgs, yaml, 'three');
  const { events, found } = listening();
  await copyFiles(orgs, yaml, 'four', events);
  expect(found).toEqual([{ objects: ['Account'], folders: [], isMore: true }]);
});

test.each([
  ['after its job was closed', 'closed', { folders: ['aborted'], isMore: false }],
  ['after its job was closed, which is gone', 'closed', { folders: ['aborted'], isMore: true }],
  ['before', 'uploaded', undefined],
] as const)('a copy that was aborted in the middle of a step, %s', async (when, lastType, expected) => {
  const orgs = await openOrgs();
  const { source, target } = orgs.contexts;
  const store = endingAt(target.store, lastType);
  const plan = await orgs.plan({ objects: both }, { resultsDir: join(orgs.folder, 'aborted') });
  const contexts = { source: { ...source, store }, target: { ...target, store } };
  await failureOf(startCopy(plan, listening(), contexts));
  const jobs = ingestJobs(target.api);
  const jobId = (await orgs.target.jobs())[0]!.id;
  if (lastType === 'closed')
    await expect.poll(async () => (await jobs.info(jobId)).state).toBe('JobComplete');
  if (when.endsWith('gone')) await jobs.remove(jobId);
  for await (const run of target.store.each()) {
    if (run.records[0]?.type === 'copy')
      await abortCopy(run, { reason: 'Aborted.', events: new Events<RunEvents>() }, target);
  }
  const folders = expected?.folders.map((name) => join(orgs.folder, name));
  expect(await copied(orgs, 'again', both)).toEqual(
    expected === undefined ? [] : [{ objects: ['Account'], folders, isMore: expected.isMore }],
  );
});

needing('symlinks')('folders and files are the same whatever path leads to them', async () => {
  const orgs = await openOrgs();
  await copied(orgs, 'one', both);
  await symlink('one', join(orgs.folder, 'link'));
  expect(await copied(orgs, 'two', both, { knownIds: [join(orgs.folder, 'link')] })).toEqual([]);
  await filesIn(orgs, { 'accounts.csv': 'Name\nOne\n' });
  await symlink('accounts.csv', join(orgs.folder, 'same.csv'));
  const yaml = (name: string) => `version: 1\nobjects: [{ object: Account, file: ${name} }]`;
  await copyFiles(orgs, yaml('accounts.csv'), 'three');
  const { events, found } = listening();
  await copyFiles(orgs, yaml('same.csv'), 'four', events);
  expect(found).toEqual([{ objects: ['Account'], folders: [], isMore: true }]);
});
