import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import type { CopyStatus } from '../../../../src/lib/copy/model/status.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import { abortLoad } from '../../../../src/lib/load/abort-load.js';
import { startLoad } from '../../../../src/lib/load/load.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { planLoad } from '../../../../src/lib/load/plan/plan.js';
import { nameOfRun } from '../../../../src/lib/run/store.js';
import { accounts, contacts, copyOrgs, edit, failedFile, failing } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { insertRequest } from '../../../support/insert-request.ts';

const plan = { objects: [{ object: 'Account' }, { object: 'Contact' }] };

/** A copy of four accounts, two of which have failed, and of which all would be saved now. */
async function twoFailed() {
  const named = accounts(4).map(({ Id, Name }) => ({ Id, Name }));
  const orgs = await copyOrgs({ Account: named, Contact: contacts(4, 4) });
  await orgs.target.faults.add(failing('Name', ['Account 1', 'Account 2']));
  const status = await orgs.copy(plan);
  await orgs.target.faults.clear();
  const { target } = orgs.contexts;
  const events = new Events<LoadEvents>();
  const planned = (path: string) =>
    planLoad(insertRequest(path, join(orgs.folder, 'inserted')), target, events);
  const start = async (load: ReturnType<typeof planned>) =>
    startLoad(await load, { events, wait: 'end' }, target);
  const insert = (path: string) => start(planned(path));
  const warnings: string[] = [];
  const copyEvents = new Events<CopyEvents>();
  copyEvents.on('warning', (text) => warnings.push(text));
  const retry = () =>
    resumeCopy({ runId: status.runId }, { events: copyEvents, isRetry: true }, orgs.contexts);
  const copied = async (of: CopyStatus, name: string): Promise<string> => {
    await copyFile(failedFile(of), join(orgs.folder, name));
    return join(orgs.folder, name);
  };
  const names = async () => (await orgs.target.records('Account')).map(({ Name }) => String(Name)).sort();
  return { orgs, status, failed: failedFile(status), planned, start, insert, retry, copied, names, warnings };
}

const without = (name: string) => (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.includes(name))
    .join('\n');

const all = ['Account 0', 'Account 1', 'Account 2', 'Account 3'];

test.each([
  ['from where it is', ({ failed }: { failed: string }) => Promise.resolve(failed)],
  [
    'under another name',
    (bench: Awaited<ReturnType<typeof twoFailed>>) => bench.copied(bench.status, 'mine.csv'),
  ],
])(
  'records are in the target once when a copy is retried, and the file of its failed rows is inserted %s',
  async (_, file) => {
    const bench = await twoFailed();
    const path = await file(bench);
    await bench.retry();
    const error = await failureOf<UsageError>(bench.insert(path));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(`were retried by the copy ${bench.status.runId}: `);
    expect(await bench.names()).toEqual(all);
  },
);

test('an insert that was planned before the copy was retried does not begin', async () => {
  const bench = await twoFailed();
  const planned = await bench.planned(bench.failed);
  await bench.retry();
  expect(await failureOf(bench.start(Promise.resolve(planned)))).toBeInstanceOf(UsageError);
  expect(await bench.names()).toEqual(all);
});

test('a copy of the failed rows is known after their file was fixed for the retry', async () => {
  const bench = await twoFailed();
  const before = await bench.copied(bench.status, 'before.csv');
  await edit(bench.failed, (text) => text.replace('Account 1', 'Account one'));
  await bench.retry();
  expect(await failureOf(bench.insert(before))).toBeInstanceOf(UsageError);
  expect(await bench.names()).toHaveLength(4);
});

test('records are in the target once when the failed rows of a copy are inserted, and the copy is retried', async () => {
  const bench = await twoFailed();
  await bench.insert(bench.failed);
  const jobs = await bench.orgs.target.jobs();
  const error = await failureOf<UsageError>(bench.retry());
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain(`which the copy ${bench.status.runId} has left, were loaded by job `);
  expect(error.actions).toEqual([
    `Remove the 2 rows that it has saved from ${bench.failed}, then retry what else is left: sf bulk2 job retry --id ${bench.status.runId}. What depends on them stays held.`,
    expect.stringMatching(
      /^Or add their ids to .*Account-ids\.csv, as source__Id and target__Id, and copy again with --known-ids /,
    ),
  ]);
  expect(await bench.orgs.target.jobs()).toHaveLength(jobs.length);
  expect(await bench.names()).toEqual(all);
});

test('what an insert has not saved is retried once the rows that it has are removed from the file', async () => {
  const bench = await twoFailed();
  await bench.orgs.target.faults.add(failing('Name', ['Account 2']));
  await bench.insert(bench.failed);
  await bench.orgs.target.faults.clear();
  expect((await failureOf<UsageError>(bench.retry())).actions[0]).toMatch(
    /^Remove the row that it has saved /,
  );
  await edit(bench.failed, (text) =>
    text
      .split('\n')
      .filter((line) => !line.includes('Account 1'))
      .join('\n'),
  );
  expect((await bench.retry()).totals).toMatchObject({ successful: 6, failed: 1, held: 1 });
  expect(await bench.names()).toEqual(all);
  // What was settled then stays so.
  expect((await bench.retry()).totals).toMatchObject({ successful: 6, failed: 1, held: 1 });
});

test('an insert of rows that failed again in a retry is refused once these are retried', async () => {
  const bench = await twoFailed();
  await bench.orgs.target.faults.add(failing('Name', ['Account 2']));
  const second = await bench.retry();
  expect(failedFile(second)).not.toBe(bench.failed);
  await bench.orgs.target.faults.clear();
  await bench.retry();
  expect(await failureOf(bench.insert(failedFile(second)))).toBeInstanceOf(UsageError);
  expect(await bench.names()).toEqual(all);
});

test('rows of a copy that nobody has retried, and other files, are inserted', async () => {
  const bench = await twoFailed();
  const header = (await readFile(bench.failed, 'utf8')).split('\n')[0];
  expect(header).toContain('source__Id');
  const other = join(bench.orgs.folder, 'other.csv');
  await copyFile(bench.failed, other);
  await edit(other, () => 'Name\nOther\n');
  await bench.insert(other);
  await bench.retry();
  expect(await bench.names()).toEqual([...all, 'Other']);
  expect(bench.warnings.join()).not.toContain('has loaded');
});

test('a retry warns of a changed copy of the failed rows that was inserted under another name', async () => {
  const bench = await twoFailed();
  const mine = await bench.copied(bench.status, 'mine.csv');
  await edit(mine, (text) => text.replace('Account 1', 'Account one'));
  await bench.insert(mine);
  await bench.retry();
  expect(bench.warnings.join('\n')).toMatch(
    /has loaded mine\.csv with the errors of failed rows, .* rows of this copy/,
  );
});

test.each(['retried', 'inserted'] as const)(
  'rows that were not processed are in the target once, too: %s first',
  async (first) => {
    const orgs = await copyOrgs({ Account: accounts(2) });
    const broken = { kind: 'fail-job', afterBatches: 0, errorMessage: 'InvalidBatch : no' } as const;
    await orgs.target.faults.add({ endpoint: 'ingest.process', action: broken });
    const status = await orgs.copy({ objects: [{ object: 'Account' }] });
    const path = status.steps[0]?.files[0]?.unprocessed ?? '';
    const events = new Events<LoadEvents>();
    const { target } = orgs.contexts;
    const retry = () =>
      resumeCopy({ runId: status.runId }, { events: new Events<CopyEvents>(), isRetry: true }, orgs.contexts);
    const insert = async () => {
      const planned = await planLoad(insertRequest(path, join(orgs.folder, 'inserted')), target, events);
      return startLoad(planned, { events, wait: 'end' }, target);
    };
    await (first === 'retried' ? retry() : insert());
    expect(await failureOf<UsageError>(first === 'retried' ? insert() : retry())).toBeInstanceOf(UsageError);
    expect(await orgs.target.records('Account')).toHaveLength(2);
  },
);

test('of an aborted insert, whose results nobody has, all of its rows are to be removed', async () => {
  const bench = await twoFailed();
  const { target } = bench.orgs.contexts;
  await mkdir(join(bench.orgs.folder, 'one'));
  const one = await bench.copied(bench.status, join('one', basename(bench.failed)));
  await edit(one, without('Account 2'));
  const events = new Events<LoadEvents>();
  await startLoad(await bench.planned(one), { events, wait: 'accepted' }, target);
  const [run] = await target.store.list();
  await abortLoad(run!, { reason: 'It was aborted.', events }, target);
  const name = nameOfRun(run!);
  expect((await failureOf<UsageError>(bench.retry())).actions.slice(0, 2)).toEqual([
    `See what it has saved: sf bulk2 job results --id ${name}`,
    expect.stringContaining(`Remove the row that it may have saved from ${bench.failed}, `),
  ]);
  await edit(bench.failed, without('Account 1'));
  await bench.retry();
  expect(await bench.names()).toContain('Account 2');
});

test('a row that was saved by an insert of some of the rows is in the target once, though another one was removed', async () => {
  const bench = await twoFailed();
  await mkdir(join(bench.orgs.folder, 'one'));
  const one = await bench.copied(bench.status, join('one', basename(bench.failed)));
  await edit(one, without('Account 2'));
  await bench.insert(one);
  const before = await readFile(bench.failed, 'utf8');
  await edit(bench.failed, without('Account 2'));
  expect(await failureOf(bench.retry())).toBeInstanceOf(UsageError);
  await edit(bench.failed, () => without('Account 1')(before));
  await bench.retry();
  expect(await bench.names()).toEqual(all);
});
