import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  JournalDamagedError,
  JournalWriteError,
  LockLostError,
  RunLockedError,
} from '../../../src/lib/run/errors.js';
import { UsageError } from '../../../src/lib/errors.js';
import { openJournal } from '../../../src/lib/run/journal.js';
import { decodeLine, encodeLine } from '../../../src/lib/run/line.js';
import type { JournalRecord } from '../../../src/lib/run/record.js';
import { replayJournal } from '../../../src/lib/run/replay.js';
import { failureOf } from '../../support/failure-of.ts';
import { fileHandlePrototype, openFiles } from '../../support/file-handles.ts';
import { createdRecord, exportRecord, journalText, stepRecord } from '../../support/journal-records.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { needing } from '../../support/systems.ts';

const jobId = '750000000000001AAA';

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
    await journal.append(createdRecord(jobId));
    expect([datasync.mock.calls, sync.mock.calls]).toEqual([[], []]);
    datasync.mockRestore();
    sync.mockRestore();
    expect(await recordsIn(path)).toEqual([createdRecord(jobId)]);
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
    expect(replayJournal(synced, path).records).toEqual([exportRecord()]);
    datasync.mockRestore();
    await journal.close();
  });

  test('that can’t be written is named, with the reason in words', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
    const append = vi.spyOn(await fileHandlePrototype(), 'appendFile').mockRejectedValue(full);
    const failure = journal.append(exportRecord());
    await expect(failure).rejects.toThrow(JournalWriteError);
    await expect(failure).rejects.toThrow(`${path}: the disk is full`);
    append.mockRestore();
    await journal.close();
  });

  test('that can’t be begun is a wrong use, and one that has begun is not', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
    const failing = async (): Promise<Error> => {
      const write = vi.spyOn(await fileHandlePrototype(), 'writeFile').mockRejectedValue(full);
      const failure = await failureOf<Error>(openJournal(path));
      write.mockRestore();
      return failure;
    };
    expect(await failing()).toBeInstanceOf(UsageError);
    const journal = await openJournal(path);
    await journal.append(exportRecord());
    await journal.close();
    expect(await failing()).toBeInstanceOf(JournalWriteError);
  });

  test('is closed when what was appended before is written', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    const appended = [journal.append(exportRecord()), journal.append({ type: 'create', part: 0 })];
    await journal.close();
    await Promise.all(appended);
    expect(await recordsIn(path)).toEqual([exportRecord(), { type: 'create', part: 0 }]);
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

  needing('modes')('is readable by its owner only, and so is its lock', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${path}.lock`)).mode & 0o777).toBe(0o600);
    await journal.close();
  });

  test('goes on after a torn line as if that had never been begun', async () => {
    const path = join(await tempFolder(), 'a.journal');
    await writeFile(path, journalText([exportRecord(), createdRecord(jobId)]).slice(0, -20));
    const journal = await openJournal(path);
    expect(journal.replayed).toEqual([exportRecord()]);
    await journal.append({ type: 'create', part: 7 });
    await journal.close();
    expect(await recordsIn(path)).toEqual([exportRecord(), { type: 'create', part: 7 }]);
  });

  test('that is damaged is refused untouched, and is not left locked', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const text = `${journalText([exportRecord()])}0000 nonsense\n`;
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
    await writeFile(`${path}.lock`, anotherOwner);
    vi.advanceTimersByTime(10_000);
    await vi.waitUntil(() => journal.lost.aborted);
    await expect(journal.append({ type: 'create', part: 0 })).rejects.toThrow(LockLostError);
    await expect(journal.append({ type: 'create', part: 1 })).rejects.toThrow(LockLostError);
    await journal.close();
    expect(await recordsIn(path)).toEqual([exportRecord()]);
    expect(await readFile(`${path}.lock`, 'utf8')).toBe(anotherOwner);
  });

  test('writes nothing after another process has taken over while it was stopped, before any timer has run', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    await journal.append(exportRecord());
    await writeFile(`${path}.lock`, anotherOwner);
    await expect(journal.append({ type: 'create', part: 0 })).rejects.toThrow(
      'taken over by process 1 on other',
    );
    await journal.close();
    expect(await recordsIn(path)).toEqual([exportRecord()]);
  });

  test('does not act on a record that came behind the reading of whoever takes over', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const journal = await openJournal(path);
    await journal.append(exportRecord());
    const datasync = vi.spyOn(await fileHandlePrototype(), 'datasync').mockImplementation(async () => {
      await writeFile(`${path}.lock`, anotherOwner);
    });
    await expect(journal.append({ type: 'close', part: 0, jobId })).rejects.toThrow(LockLostError);
    datasync.mockRestore();
    await journal.close();
  });

  test('names itself in its first line, and goes on with the numbers of the lines', async () => {
    const path = join(await tempFolder(), 'a.journal');
    for (const part of [0, 1]) {
      const journal = await openJournal(path);
      await journal.append({ type: 'create', part });
      await journal.append(createdRecord(jobId, part));
      await journal.close();
    }
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').map(decodeLine);
    expect(lines.map((line) => line!.stamp!.n)).toEqual([1, 2, 3, 4, 5]);
    expect(lines[2]!.record).toMatchObject({ type: 'takeover', pid: process.pid, displaced: [] });
    const owners = lines.map((line) => line!.stamp!.by);
    expect(owners.slice(1)).toEqual([owners[0], owners[2], owners[2], owners[2]]);
    expect(owners[0]).not.toBe(owners[2]);
  });

  test('leaves no trace when it writes nothing', async () => {
    const path = join(await tempFolder(), 'a.journal');
    const text = journalText([exportRecord()]);
    await writeFile(path, text);
    await (await openJournal(path)).close();
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('hears of the lines that a former owner wrote too late, and of none of what they say', async () => {
    const path = join(await tempFolder(), 'a.journal');
    await writeFile(path, journalText([exportRecord()], 'former'));
    const second = await openJournal(path);
    await second.append({ type: 'create', part: 0 });
    await second.close();
    await appendFile(path, encodeLine({ type: 'close', part: 0, jobId }, { n: 2, by: 'former' }));
    const third = await openJournal(path);
    expect(third.replayed).toEqual([exportRecord(), { type: 'create', part: 0 }]);
    expect(third.skippedLines).toBe(1);
    await third.append(createdRecord(jobId));
    await third.close();
    expect(await recordsIn(path)).toHaveLength(3);
  });

  test('goes on with a journal of version 1', async () => {
    const path = join(await tempFolder(), 'a.journal');
    await writeFile(path, encodeLine(exportRecord(1)) + encodeLine({ type: 'create', part: 0 }));
    const journal = await openJournal(path);
    expect(journal.replayed).toEqual([exportRecord(1), { type: 'create', part: 0 }]);
    await journal.append(createdRecord(jobId));
    await journal.close();
    expect(await recordsIn(path)).toEqual([
      exportRecord(1),
      { type: 'create', part: 0 },
      createdRecord(jobId),
    ]);
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

const anotherOwner = '{"host":"other","pid":1,"since":"","token":"another"}\n0\n';

async function recordsIn(path: string): Promise<readonly JournalRecord[]> {
  return replayJournal(await readFile(path, 'utf8'), path).records;
}
