import { spawnSync } from 'node:child_process';
import type * as fs from 'node:fs/promises';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { LockLostError } from '../../../src/lib/run/errors.js';
import { takeLock, type RunLock } from '../../../src/lib/run/lock.js';
import type * as owners from '../../../src/lib/run/owner.js';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const turns = await vi.hoisted(async () => new (await import('../../support/turns.ts')).Turns());
const takers = vi.hoisted(() => ({ areApart: false, count: 0 }));

// Every look at the file system, and every change, waits for its turn, so that any order of the steps of several
// processes can be played.
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  return {
    ...real,
    open: (...args: Parameters<typeof fs.open>) => turns.take(() => real.open(...args)),
    readFile: (...args: Parameters<typeof fs.readFile>) => turns.take(() => real.readFile(...args)),
    rename: (...args: Parameters<typeof fs.rename>) => turns.take(() => real.rename(...args)),
    rm: (...args: Parameters<typeof fs.rm>) => turns.take(() => real.rm(...args)),
  };
});

// Nobody shows a sign of life, as if all were stopped for a minute whenever they are watched.
vi.mock('node:timers/promises', () => import('../../support/fake-sleep.ts'));

vi.mock('../../../src/lib/run/owner.js', async (importOriginal) => {
  const real = await importOriginal<typeof owners>();
  const self = await real.thisProcess();
  return {
    ...real,
    thisProcess() {
      takers.count += 1;
      return Promise.resolve(takers.areApart ? { ...self, namespace: `pid:[${takers.count}]` } : self);
    },
  };
});

const deadPid = spawnSync(process.execPath, ['--version']).pid;
const { thisProcess } = await import('../../../src/lib/run/owner.js');
const dead = { ...(await thisProcess()), pid: deadPid, since: '', displaced: [] };

const choices = fc.infiniteStream(fc.constantFrom(0, 0, 1, 2, 3));
/** What a crash in the middle of taking it over has left beside the lock. */
const remains = fc.constantFrom('nothing', 'a claim');

async function abandonedLock(folder: string, left: string): Promise<string> {
  const path = join(folder, 'run.lock');
  await writeFile(path, JSON.stringify({ ...dead, token: 'stale' }));
  const claim = JSON.stringify({ ...dead, token: 'claimed', displaced: ['stale'] });
  if (left === 'a claim') await writeFile(`${path}.after-stale`, claim);
  return path;
}

test('whatever the order of their steps, of three takers of a stale lock one wins, and it has the lock', async () => {
  const folder = await tempFolder();
  takers.areApart = false;
  await fc.assert(
    fc.asyncProperty(choices, remains, async (order, left) => {
      const path = await abandonedLock(folder, left);
      const outcomes = await turns.play(
        Array<() => Promise<RunLock>>(3).fill(() => takeLock(path)),
        order,
      );
      const won = winnersOf(outcomes);
      expect(won).toHaveLength(1);
      await won[0]!.confirm();
      await won[0]!.release();
      expect(await readdir(folder)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('of takers that cannot see each other, and are stopped for longer than a minute, all but one learn of it', async () => {
  const folder = await tempFolder();
  takers.areApart = true;
  await fc.assert(
    fc.asyncProperty(choices, remains, async (order, left) => {
      const path = await abandonedLock(folder, left);
      const options = {
        waiting: { onWait: () => undefined },
        times: { beatMs: 1_000_000, silentMs: 2, lookMs: 1 },
      };
      const outcomes = await turns.play(
        Array<() => Promise<RunLock>>(3).fill(() => takeLock(path, options)),
        order,
      );
      const won = winnersOf(outcomes);
      const text = await readFile(path, 'utf8');
      const owning = won.filter(({ owner }) => text.includes(`"token":"${owner.token}"`));
      expect(owning).toHaveLength(1);
      for (const lock of won) {
        if (lock === owning[0]) await lock.confirm();
        else expect(await failureOf(lock.confirm())).toBeInstanceOf(LockLostError);
      }
      // What the lock was taken from first, the journal is told in any case.
      const { displaced, token } = owning[0]!.owner;
      expect(displaced).toContain('stale');
      expect(displaced).not.toContain(token);
      for (const lock of won) await lock.release();
      expect(await readdir(folder)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

function winnersOf(outcomes: ReadonlyArray<PromiseSettledResult<RunLock>>): RunLock[] {
  return outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
}
