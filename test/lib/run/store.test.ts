import { appendFile, mkdir, readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { JournalDamagedError, JournalVersionError } from '../../../src/lib/run/errors.js';
import { journalVersion, type JournalRecord } from '../../../src/lib/run/record.js';
import { runStore, type RunStore } from '../../../src/lib/run/store.js';
import { createdRecord, exportRecord, journalText } from '../../support/journal-records.ts';
import { loadPlan } from '../../support/load-plan.ts';
import { deadPid } from '../../support/lock-owner.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { needing } from '../../support/systems.ts';

const day = 24 * 60 * 60 * 1000;
const jobId = '750000000000AbCAA2';

describe('a run', () => {
  test('is found by any of its job ids, in 15 or 18 characters', async () => {
    const store = await newStore();
    await newRun(store, [createdRecord('750000000000001AAA')]);
    const runId = await newRun(store, [createdRecord('750000000000002AAA'), createdRecord(jobId, 1)]);
    for (const id of [jobId, jobId.slice(0, 15), '750000000000002AAA']) {
      expect(await store.findByJobId(id)).toMatchObject({ runId, records: { length: 3 } });
    }
  });

  test('of a job that this machine did not start is not there, nor is one whose id differs in case', async () => {
    const store = await newStore();
    expect(await store.findByJobId(jobId)).toBeUndefined();
    await newRun(store, [createdRecord(jobId)]);
    expect(await store.findByJobId('750000000000aBc')).toBeUndefined();
    expect(await store.findByJobId('750')).toBeUndefined();
  });

  test('sorts behind those that began before it, though the clock was set back since', async () => {
    const store = await newStore();
    await newRun(store);
    const ahead = `${new Date(Date.now() + day).toISOString().replace(/[-:.]/g, '')}-a1b2c3`;
    const journal = await store.open(ahead);
    await journal.append(exportRecord());
    await journal.close();
    const after = [await newRun(store), await newRun(store)];
    expect((await store.list()).map(({ runId }) => runId).slice(0, 3)).toEqual([
      ...after.toReversed(),
      ahead,
    ]);
  });

  test('does not begin where its files can’t be, which is named with the reason in words', async () => {
    const folder = join(await tempFolder(), 'state');
    await writeFile(folder, 'in the way');
    const beginning = runStore(join(folder, 'bulk2')).begin();
    await expect(beginning).rejects.toThrow(UsageError);
    await expect(beginning).rejects.toThrow(
      `${join(folder, 'bulk2', 'runs')}, where unfinished work is kept: a part of`,
    );
  });

  test('has files of its own, which go with it', async () => {
    const store = await newStore();
    const runId = await newRun(store);
    const other = await newRun(store);
    await writeFile(store.pathFor(runId, 'page-0'), 'x');
    await writeFile(store.pathFor(other, 'page-0'), 'x');
    await store.remove(runId);
    const names = await readdir(join(store.folder, 'runs'));
    expect(names.filter((name) => !name.startsWith(other))).toEqual([]);
    expect(names).toHaveLength(2);
  });

  needing('modes')('lies in a folder that only its owner can open', async () => {
    const store = await newStore();
    await newRun(store);
    expect((await stat(store.folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(store.folder, 'runs'))).mode & 0o777).toBe(0o700);
  });
});

describe('the list', () => {
  test('is empty before the first run', async () => {
    expect(await (await newStore()).list()).toEqual([]);
  });

  test('has the newest run first', async () => {
    const store = await newStore();
    const runIds: string[] = [];
    for (let run = 0; run < 3; run += 1) {
      runIds.unshift(await newRun(store));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect((await store.list()).map(({ runId }) => runId)).toEqual(runIds);
  });

  test('is not empty because it cannot be read', async () => {
    const folder = join(await tempFolder(), 'bulk2');
    await mkdir(folder);
    await writeFile(join(folder, 'runs'), 'a file where the folder should be');
    await expect(runStore(folder).list()).rejects.toThrow('ENOTDIR');
  });
});

describe('a journal that cannot be read', () => {
  test.each([
    ['damaged', (text: string) => text.replace('"part":0', '"part":9'), JournalDamagedError],
    [
      'of a newer version',
      () => journalText([exportRecord(journalVersion + 1), createdRecord(jobId)]),
      JournalVersionError,
    ],
  ])('%s, surfaces only when its own job is asked for', async (_, spoil, kind) => {
    const store = await newStore();
    const healthy = await newRun(store, [createdRecord('750000000000001AAA')]);
    const runId = await newRun(store, [createdRecord(jobId)]);
    const path = store.pathFor(runId, 'journal');
    await writeFile(path, spoil(await readFile(path, 'utf8')));

    expect(await store.findByJobId('750000000000001AAA')).toMatchObject({ runId: healthy });
    expect(await store.findByJobId('750000000000003AAA')).toBeUndefined();
    expect(await store.findByJobId('750')).toBeUndefined();
    await expect(store.findByJobId(jobId)).rejects.toThrow(kind);
    const views = await store.list();
    expect(views.find((view) => view.runId === runId)).toMatchObject({
      records: [],
      damage: { name: kind.name },
    });
  });
});

describe('pruning', () => {
  test('removes finished runs that did not change for 7 days once they were found old for a day', async () => {
    const store = await newStore();
    const old = await newRun(store, [doneAt(Date.now() - 8 * day)]);
    const young = await newRun(store, [doneAt(Date.now() - 6 * day)]);
    await writeFile(store.pathFor(old, 'page-0'), 'x');
    await age(store, old, 7 * day + 60_000);
    await age(store, young, 6 * day);
    await store.prune();
    await store.prune(Date.now() + day - 60_000);
    expect(await namesIn(store)).toHaveLength(4);
    await store.prune(Date.now() + day + 60_000);
    expect(await namesIn(store)).toContain(`${young}.journal`);
    expect(await namesIn(store)).not.toContain(`${old}.journal`);
  });

  test('removes nothing fresh by a clock that is 8 days ahead for less than a day', async () => {
    const store = await newStore();
    await newRun(store, [doneAt(Date.now())]);
    await writeFile(store.pathFor(await store.begin(), 'stdin'), 'x');
    const before = await namesIn(store);
    const ahead = Date.now() + 8 * day;
    for (let hour = 0; hour < 24; hour += 6) await store.prune(ahead + hour * 3_600_000);
    expect(await namesIn(store)).toEqual(expect.arrayContaining(before));
    // The clock is right again, and what it noted while it was wrong is not held against the run later.
    await store.prune();
    expect(await namesIn(store)).toEqual(before);
  });

  test.each([
    ['the files', (store: RunStore, runId: string) => age(store, runId, 0), 9],
    ['the journal', () => undefined, 6],
  ])('keeps a finished run that is old by one clock and young by %s', async (_, make, doneDaysAgo) => {
    const store = await newStore();
    const runId = await newRun(store, [doneAt(Date.now() - doneDaysAgo * day)]);
    await age(store, runId, 30 * day);
    await make(store, runId);
    for (const later of [0, 0.5, 0.9]) await store.prune(Date.now() + later * day);
    expect(await store.list()).toHaveLength(1);
  });

  test('keeps a run that has not finished, and one that cannot be read, however old', async () => {
    const store = await newStore();
    const unfinished = await newRun(store);
    const damaged = await newRun(store, [doneAt(0)]);
    await appendFile(store.pathFor(damaged, 'journal'), 'nonsense\n');
    for (const runId of [unfinished, damaged]) await age(store, runId, 365 * day);
    for (const later of [0, 2, 4]) await store.prune(Date.now() + later * day);
    expect(await namesIn(store)).toEqual([`${unfinished}.journal`, `${damaged}.journal`].sort());
  });

  test('keeps a load while a retry of its rows has not finished', async () => {
    const store = await newStore();
    const load = await newRun(store, [doneAt(0)]);
    const retry = await store.begin();
    const plan = await loadPlan(await tempFolder(), { parts: [['Ada,London']], plan: { retryOf: load } });
    const journal = await store.open(retry);
    const org = { instanceUrl: 'https://org.example', apiVersion: '60.0' };
    await journal.append({ type: 'load', version: journalVersion, at: '', org, plan });
    for (const runId of [load, retry]) await age(store, runId, 30 * day);
    for (const later of [0, 2]) await store.prune(Date.now() + later * day);
    expect(await store.list()).toHaveLength(2);
    await journal.append(doneAt(0));
    await journal.close();
    await age(store, retry, 30 * day);
    for (const later of [0, 2]) await store.prune(Date.now() + later * day);
    expect(await store.list()).toEqual([]);
  });

  test('removes what a run left that never came to have a journal', async () => {
    const store = await newStore();
    const runId = await store.begin();
    await writeFile(store.pathFor(runId, 'stdin'), 'x');
    await store.prune(Date.now() + 6 * day);
    expect(await namesIn(store)).toContain(`${runId}.stdin`);
    await store.prune(Date.now() + 8 * day);
    await store.prune(Date.now() + 10 * day);
    expect(await namesIn(store)).toEqual([]);
  });

  test('removes at once what a process has left that was killed before it began its run', async () => {
    const store = await newStore();
    const [killed, alive] = [await store.begin(), await store.begin()];
    for (const runId of [killed, alive]) await writeFile(store.pathFor(runId, 'stdin'), 'x');
    const note = store.pathFor(killed, 'beginning');
    const owner = JSON.parse(await readFile(note, 'utf8')) as { pid: number };
    await writeFile(note, JSON.stringify({ ...owner, pid: deadPid }));
    await store.prune();
    expect(await namesIn(store)).toEqual([`${alive}.beginning`, `${alive}.stdin`]);
  });

  test('of a run that was begun, the process that began it decides nothing', async () => {
    const store = await newStore();
    const runId = await newRun(store);
    expect(await namesIn(store)).toEqual([`${runId}.journal`]);
  });

  test('takes the partial file of an export along, and nothing else beside its output', async () => {
    const store = await newStore();
    const folder = await tempFolder();
    const partial = join(folder, 'a.csv.1.part');
    for (const path of [partial, join(folder, 'a.csv.part')]) await writeFile(path, 'x');
    const runId = await store.begin();
    const journal = await store.open(runId);
    const record = exportRecord();
    const plan = { ...record.plan, place: { kind: 'file', path: join(folder, 'a.csv'), partial } } as const;
    await journal.append({ ...record, plan });
    await journal.append(doneAt(0));
    await journal.close();
    await age(store, runId, 30 * day);
    for (const later of [0, 2]) await store.prune(Date.now() + later * day);
    expect(await readdir(folder)).toEqual(['a.csv.part']);
  });

  test('keeps an old run that is being worked on', async () => {
    const store = await newStore();
    const runId = await newRun(store, [doneAt(0)]);
    const journal = await store.open(runId);
    await utimes(store.pathFor(runId, 'journal'), 1, 1);
    for (const later of [0, 2]) await store.prune(Date.now() + later * day);
    await journal.close();
    expect(await store.list()).toHaveLength(1);
  });

  test('may be done by several processes at once', async () => {
    const store = await newStore();
    for (let run = 0; run < 5; run += 1) await age(store, await newRun(store, [doneAt(0)]), 8 * day);
    for (const later of [0, 2]) {
      const pruning = Array.from({ length: 5 }, () => runStore(store.folder).prune(Date.now() + later * day));
      await Promise.all(pruning);
    }
    expect(await store.list()).toEqual([]);
    // Not even a note of one that came when the run had just been removed.
    await store.prune();
    expect(await namesIn(store)).toEqual([]);
  });
});

function doneAt(ms: number): JournalRecord {
  return { type: 'done', at: new Date(ms).toISOString(), summary: {} };
}

function namesIn(store: RunStore): Promise<string[]> {
  return readdir(join(store.folder, 'runs')).then((names) => names.sort());
}

async function newStore(): Promise<RunStore> {
  return runStore(join(await tempFolder(), 'state', 'bulk2'));
}

async function newRun(store: RunStore, records: readonly JournalRecord[] = []): Promise<string> {
  const runId = await store.begin();
  const journal = await store.open(runId);
  await journal.append(exportRecord());
  for (const record of records) await journal.append(record);
  await journal.close();
  return runId;
}

async function age(store: RunStore, runId: string, ageMs: number): Promise<void> {
  const runs = join(store.folder, 'runs');
  const then = new Date(Date.now() - ageMs);
  const names = await readdir(runs);
  for (const name of names.filter((each) => each.startsWith(runId)))
    await utimes(join(runs, name), then, then);
}
