import { mkdir, readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { JournalDamagedError, JournalVersionError } from '../../../src/lib/run/errors.js';
import { encodeLine } from '../../../src/lib/run/line.js';
import { journalVersion, type JournalRecord } from '../../../src/lib/run/record.js';
import { runStore, type RunStore } from '../../../src/lib/run/store.js';
import { createdRecord, exportRecord } from '../../support/journal-records.ts';
import { tempFolder } from '../../support/temp-folder.ts';

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

  test('lies in a folder that only its owner can open', async () => {
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
      () => encodeLine(exportRecord(journalVersion + 1)) + created(),
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
  test('removes runs that did not change for 7 days, and nothing younger', async () => {
    const store = await newStore();
    const old = await newRun(store);
    const young = await newRun(store);
    await writeFile(store.pathFor(old, 'page-0'), 'x');
    await age(store, old, 7 * day + 60_000);
    await age(store, young, 7 * day - 60_000);
    await store.prune();
    expect((await store.list()).map(({ runId }) => runId)).toEqual([young]);
    expect(await readdir(join(store.folder, 'runs'))).toEqual([`${young}.journal`]);
  });

  test('removes what a run left that never came to have a journal', async () => {
    const store = await newStore();
    const runId = await store.begin();
    await writeFile(store.pathFor(runId, 'stdin'), 'x');
    await store.prune(Date.now() + 6 * day);
    expect(await readdir(join(store.folder, 'runs'))).toHaveLength(1);
    await store.prune(Date.now() + 8 * day);
    expect(await readdir(join(store.folder, 'runs'))).toEqual([]);
  });

  test('keeps an old run that is being worked on', async () => {
    const store = await newStore();
    const runId = await newRun(store);
    const journal = await store.open(runId);
    const then = new Date(Date.now() - 8 * day);
    await utimes(store.pathFor(runId, 'journal'), then, then);
    await store.prune();
    await journal.close();
    expect(await store.list()).toHaveLength(1);
  });

  test('may be done by several processes at once', async () => {
    const store = await newStore();
    for (let run = 0; run < 5; run += 1) await age(store, await newRun(store), 8 * day);
    await Promise.all(Array.from({ length: 5 }, () => runStore(store.folder).prune()));
    expect(await store.list()).toEqual([]);
  });
});

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

function created(): string {
  return encodeLine(createdRecord(jobId));
}
