import { spawnSync } from 'node:child_process';
import type * as fs from 'node:fs/promises';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { takeLock, type RunLock } from '../../../src/lib/run/lock.js';
import { tempFolder } from '../../support/temp-folder.ts';

const turns = await vi.hoisted(async () => new (await import('../../support/turns.ts')).Turns());

// Every change of the file system waits for its turn, so that any order of the steps of several processes can be played.
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  return {
    ...real,
    writeFile: (...args: Parameters<typeof fs.writeFile>) => turns.take(() => real.writeFile(...args)),
    rename: (...args: Parameters<typeof fs.rename>) => turns.take(() => real.rename(...args)),
    rm: (...args: Parameters<typeof fs.rm>) => turns.take(() => real.rm(...args)),
  };
});

const deadPid = spawnSync(process.execPath, ['--version']).pid;

test('whatever the order of their steps, of three takers of a stale lock one wins, and it has the lock', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'run.lock');
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.constantFrom(0, 0, 1, 2, 3)), async (choices) => {
      await writeFile(path, JSON.stringify({ host: hostname(), pid: deadPid, since: '', token: 'stale' }));
      const takers = await turns.play(
        Array<() => Promise<RunLock>>(3).fill(() => takeLock(path)),
        choices,
      );
      const won = takers.filter((taker) => taker.status === 'fulfilled').map(({ value }) => value);
      expect(won).toHaveLength(1);
      expect(await readFile(path, 'utf8')).not.toContain('stale');
      await won[0]!.release();
      expect(await readdir(folder)).toEqual([]);
    }),
    { numRuns: 80 },
  );
});
