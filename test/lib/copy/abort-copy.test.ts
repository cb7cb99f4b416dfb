import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ingestJobs } from '../../../src/lib/api/ingest-jobs.js';
import { abortCopy } from '../../../src/lib/copy/abort-copy.js';
import { resumeCopy, startCopy } from '../../../src/lib/copy/copy.js';
import { CopyNotAbortedError } from '../../../src/lib/copy/model/errors.js';
import { Events } from '../../../src/lib/events.js';
import { isThere } from '../../../src/lib/files/file-facts.js';
import { UsageError } from '../../../src/lib/errors.js';
import type { RunEvents } from '../../../src/lib/run/open-interrupted.js';
import { copyOf, isFinished, type RunStore, type RunView } from '../../../src/lib/run/store.js';
import { accounts, contacts, copyOrgs, follow, links, type CopyOrgs } from '../../support/copy-orgs.ts';
import { endingAt } from '../../support/ending-store.ts';
import { failureOf } from '../../support/failure-of.ts';
import { mortalStore, ProcessEnded } from '../../support/mortal-store.ts';
import { sampled } from '../../support/sampled.ts';

const plan = { objects: [{ object: 'Contact' }, { object: 'Account' }] };
const records = { Account: accounts(6), Contact: contacts(12, 6) };

const on = ({ contexts: { source, target } }: CopyOrgs, store: RunStore) => ({
  source: { ...source, store },
  target: { ...target, store },
});

async function copyIn({ contexts }: CopyOrgs): Promise<RunView> {
  const runs = await contexts.target.store.list();
  return runs.find(({ records: [first] }) => first?.type === 'copy')!;
}

async function abort(orgs: CopyOrgs, store = orgs.contexts.target.store): Promise<string[]> {
  const warnings: string[] = [];
  const options = { reason: 'A test ended it.', events: new Events<RunEvents>() };
  const onWarning = (text: string): unknown => warnings.push(text);
  await abortCopy(await copyIn(orgs), { ...options, onWarning }, { ...orgs.contexts.target, store });
  return warnings;
}

/** Ids of the target that the files of a copy's results list. */
async function listed(orgs: CopyOrgs, object: string): Promise<string[]> {
  const path = join(orgs.folder, 'results', `${object}-ids.csv`);
  if (!(await isThere(path))) return [];
  const lines = (await readFile(path, 'utf8')).trim().split('\n').slice(1);
  return lines.map((line) => line.split(',')[1] ?? '').toSorted();
}

/** Copies the rest, with what is known. */
async function copyRest(orgs: CopyOrgs): Promise<void> {
  const results = join(orgs.folder, 'results');
  const isKnown = await isThere(join(results, 'Account-ids.csv'));
  const more = { resultsDir: join(orgs.folder, 'rest'), ...(isKnown ? { knownIds: [results] } : {}) };
  await startCopy(await orgs.plan(plan, more), follow(), orgs.contexts);
}

/** A copy that has ended when its journal, or that of its first load, got a record: the job was closed, and is processed since. */
async function cutShort(type: 'closed' | 'mapped' = 'closed'): Promise<CopyOrgs> {
  const orgs = await copyOrgs(records);
  const { target } = orgs.contexts;
  await failureOf(startCopy(await orgs.plan(plan), follow(), on(orgs, endingAt(target.store, type))));
  await expect.poll(async () => (await orgs.target.jobs())[0]?.state).toBe('JobComplete');
  return orgs;
}

test('a copy that ended anywhere, and whose abort ended anywhere, is aborted by another one that lists what is in the target', async () => {
  const whole = await copyOrgs(records);
  const counting = mortalStore(whole.contexts.target.store);
  await startCopy(await whole.plan(plan), follow(), on(whole, counting));
  const moments = Array.from({ length: counting.appended - 1 }, (_, index) => index + 2);
  const cases = moments.flatMap((nth) => [1, 2, 3, 5, 7, 9, 11].map((then) => ({ nth, then })));
  for (const { nth, then } of sampled(cases, 31)) {
    const about = `${nth}, then ${then}`;
    const orgs = await copyOrgs(records);
    const { store } = orgs.contexts.target;
    await failureOf(startCopy(await orgs.plan(plan), follow(), on(orgs, mortalStore(store, nth))));
    const ended = mortalStore(store, then, then % 2 === 0 ? 'before' : 'after');
    await abort(orgs, ended).catch((error: unknown) => expect(error, about).toBeInstanceOf(ProcessEnded));
    const { runId, records: journal } = await copyIn(orgs);
    if (!isFinished(journal)) expect(await abort(orgs), about).toEqual([]);
    const parts = (await store.list()).filter((run) => run.runId === runId || copyOf(run) === runId);
    expect(
      parts.every((run) => isFinished(run.records)),
      about,
    ).toBe(true);
    for (const object of ['Account', 'Contact']) {
      const ids = (await orgs.target.records(object)).map(({ Id }) => String(Id));
      expect(await listed(orgs, object), about).toEqual(ids.toSorted());
    }
    await copyRest(orgs);
    expect(await orgs.target.records('Account'), about).toHaveLength(6);
    expect(await orgs.target.records('Contact'), about).toHaveLength(12);
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account'), about).toEqual(
      await links(orgs.source, 'Contact', 'AccountId', 'Account'),
    );
  }
}, 600_000);

test.each(['closed', 'mapped'] as const)(
  'an abort whose folder takes no files any more says what to do, and can be repeated: %s',
  async (type) => {
    const orgs = await cutShort(type);
    const results = join(orgs.folder, 'results');
    await rm(results, { recursive: true, force: true });
    await writeFile(results, 'A file in its place.');
    const failure = await failureOf<CopyNotAbortedError>(abort(orgs));
    expect(failure).toBeInstanceOf(CopyNotAbortedError);
    const { runId } = await copyIn(orgs);
    expect(failure.actions).toEqual([
      'Make room there, or make it writable.',
      `Nothing more of it is sent. To abort it, repeat: sf bulk2 job abort --id ${runId}`,
    ]);
    await rm(results);
    const restored =
      type === 'mapped' ? [expect.stringMatching(/were collected from the org again: \S+$/)] : [];
    expect(await abort(orgs)).toEqual(restored);
    expect(await listed(orgs, 'Account')).toHaveLength(6);
  },
);

test('an abort that the org does not answer can be repeated, and the copy can not be resumed meanwhile', async () => {
  const orgs = await cutShort();
  const refused = { kind: 'answer', status: 403, errorCode: 'API_DISABLED_FOR_ORG', message: 'No.' } as const;
  const fault = await orgs.target.faults.add({
    endpoint: 'ingest.results',
    count: 'always',
    action: refused,
  });
  const failure = await failureOf<CopyNotAbortedError>(abort(orgs));
  expect(failure).toBeInstanceOf(CopyNotAbortedError);
  const { runId } = await copyIn(orgs);
  expect(failure.message).toContain(`The copy ${runId} isn't aborted yet: `);
  expect(failure.actions.at(-1)).toContain(`repeat: sf bulk2 job abort --id ${runId}`);
  expect(await failureOf(resumeCopy({ runId }, follow(), orgs.contexts))).toBeInstanceOf(UsageError);
  await fault.remove();
  expect(await abort(orgs)).toEqual([]);
  expect(await listed(orgs, 'Account')).toHaveLength(6);
  expect(await orgs.target.records('Contact')).toHaveLength(0);
});

test('where files of the copy itself are gone, it is aborted all the same, and a warning says that no ids were written', async () => {
  const orgs = await copyOrgs(records);
  const { store } = orgs.contexts.target;
  const job = {
    endpoint: 'ingest.create',
    nth: 2,
    action: { kind: 'answer', status: 400, errorCode: 'X' },
  } as const;
  await orgs.target.faults.add(job);
  await failureOf(startCopy(await orgs.plan(plan), follow(), orgs.contexts));
  const { runId } = await copyIn(orgs);
  await store.removeFiles(runId, ['map-']);
  expect((await abort(orgs)).join()).toContain("Which id became which can't be written: ");
  expect(isFinished((await copyIn(orgs)).records)).toBe(true);
});

test('where the org has deleted the job of a step, the copy is aborted, and a warning says that records may be there', async () => {
  const orgs = await cutShort();
  const [job] = await orgs.target.jobs();
  await ingestJobs(orgs.contexts.target.api).remove(job!.id);
  const warnings = await abort(orgs);
  expect(warnings.join()).toContain('Records of Account may have been loaded that no file of ids has: ');
  expect(isFinished((await copyIn(orgs)).records)).toBe(true);
  expect(await listed(orgs, 'Account')).toEqual([]);
});
