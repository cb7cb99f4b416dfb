import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { JournalDamagedError, LockLostError, RunLockedError } from '../../../src/lib/run/errors.js';
import { openJournal } from '../../../src/lib/run/journal.js';
import { encodeLine } from '../../../src/lib/run/line.js';
import { fileHandlePrototype, openFiles } from '../../support/file-handles.ts';
import { createdRecord, exportRecord, stepRecord } from '../../support/journal-records.ts';
import { tempFolder } from '../../support/temp-folder.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('a journal', () => {
  test('tells the next process what was appended, over any number of sittings', async () => {
    const folder = await tempFolder();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(stepRecord, { maxLength: 4 }), { maxLength: 3 }),
        async (sittings) => {
          run += 1;
          const path = join(folder, `${run}.journal`);
          for (const records of sittings) {
            const journal = await openJournal(path);
            for (const record of records) await journal.append(record);
            await journal.close();
          }
          const journal = await openJournal(path);
          expect(journal.replayed).toEqual(JSON.parse(JSON.stringify(sittings.flat())));
          await journal.close();
        },
      ),
      { numRuns: 12 },
    );
  });

  test('that does not sync has a record with the system, for the next process, and leaves the disk alone', async () => {
    const path = join(await tempFolder(), 'run.journal');
    const datasync = vi.spyOn(await fileHandlePrototype(), 'datasync');
    const sync = vi.spyOn(await fileHandlePrototype(), 'sync');
    const journal = await openJournal(path, { syncs: false });
    await journal.append(createdRecord('a'));
    expect([datasync.mock.calls, sync.mock.calls]).toEqual([[], []]);
    datasync.mockRestore();
    sync.mockRestore();
    expect(await readFile(path, 'utf8')).toBe(encodeLine(createdRecord('a')));
    await journal.close();
  });

  test('has a record on disk, and not only in the memory of the system, when append resolves', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    let synced = '';
    const datasync = vi.spyOn(await fileHandlePrototype(), 'datasync').mockImplementation(async () => {
      synced = await readFile(path, 'utf8');
    });
    await journal.append(exportRecord());
    expect(synced).toBe(encodeLine(exportRecord()));
    datasync.mockRestore();
    await journal.close();
  });

  test('is closed when what was appended before is written', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    const appended = [journal.append(exportRecord()), journal.append({ type: 'create', part: 0 })];
    await journal.close();
    await Promise.all(appended);
    expect(await readFile(path, 'utf8')).toBe(
      encodeLine(exportRecord()) + encodeLine({ type: 'create', part: 0 }),
    );
  });

  test('keeps records of parts that work side by side whole and in order', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    const records = Array.from({ length: 50 }, (_, part) => ({
      type: 'abandoned' as const,
      part,
      jobId: '750000000000001AAA',
      reason: '7'.repeat(1 + part * 40),
    }));
    await Promise.all(records.map((record) => journal.append(record)));
    await journal.close();
    const again = await openJournal(path);
    expect(again.replayed).toEqual(records);
    await again.close();
  });

  test('is readable by its owner only, and so is its lock', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${path}.lock`)).mode & 0o777).toBe(0o600);
    await journal.close();
  });

  test('goes on after a torn line as if that had never been begun', async () => {
    const path = join(await tempFolder(), 'a.journal');
    await writeFile(path, encodeLine(exportRecord()) + encodeLine(createdRecord('750')).slice(0, 20));
    const journal = await openJournal(path);
    expect(journal.replayed).toEqual([exportRecord()]);
    await journal.append({ type: 'create', part: 7 });
    await journal.close();
    expect(await readFile(path, 'utf8')).toBe(
      encodeLine(exportRecord()) + encodeLine({ type: 'create', part: 7 }),
    );
  });

  test('that is damaged is refused untouched, and is not left locked', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const text = `${encodeLine(exportRecord())}0000 nonsense\n`;
    await writeFile(path, text);
    await expect(openJournal(path)).rejects.toThrow(JournalDamagedError);
    await expect(openJournal(path)).rejects.toThrow(`${path}, line 2`);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await openFiles()).not.toContain(path);
  });
});

describe('the owner of a journal', () => {
  test('is alone until it closes', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    await expect(openJournal(path)).rejects.toThrow(RunLockedError);
    await journal.close();
    await (await openJournal(path)).close();
  });

  test('writes nothing more once another process has taken over', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    await journal.append(exportRecord());
    await writeFile(`${path}.lock`, '{"host":"other","pid":1,"since":"","token":"another"}');
    vi.advanceTimersByTime(10_000);
    await vi.waitUntil(() => journal.lost.aborted);
    await expect(journal.append({ type: 'create', part: 0 })).rejects.toThrow(LockLostError);
    await expect(journal.append({ type: 'create', part: 1 })).rejects.toThrow(LockLostError);
    await journal.close();
    expect(await readFile(path, 'utf8')).toBe(encodeLine(exportRecord()));
    expect(await readFile(`${path}.lock`, 'utf8')).toContain('another');
  });

  test('writes nothing after it was stopped for so long that another process has taken over', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    await journal.append(exportRecord());
    await writeFile(`${path}.lock`, '{"host":"other","pid":1,"since":"","token":"another"}');
    // Time passes, and no timer has run.
    vi.setSystemTime(Date.now() + 61_000);
    await expect(journal.append({ type: 'create', part: 0 })).rejects.toThrow(LockLostError);
    await journal.close();
    expect(await readFile(path, 'utf8')).toBe(encodeLine(exportRecord()));
  });
});

test('a failed append fails all that follow, so that no later record stands without it', async () => {
  const path = join(await tempFolder(), 'a.journal');
  const journal = await openJournal(path);
  const unwritable = { type: 'collected', jobId: '750000000000001AAA', progress: 1n } as const;
  await expect(journal.append(unwritable)).rejects.toThrow(TypeError);
  await expect(journal.append({ type: 'create', part: 0 })).rejects.toThrow(TypeError);
  await journal.close();
  expect(await readFile(path, 'utf8')).toBe('');
});
