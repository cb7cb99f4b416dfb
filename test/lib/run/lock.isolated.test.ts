import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { LockLostError, RunLockedError } from '../../../src/lib/run/errors.js';
import { takeLock, type RunLock } from '../../../src/lib/run/lock.js';
import { failureOf } from '../../support/failure-of.ts';
import {
  dead,
  deadPid,
  elsewhere,
  lockPath,
  unseen,
  watching,
  writeOwner,
} from '../../support/lock-owner.ts';
import { nodeTs } from '../../support/node-ts.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { needing } from '../../support/systems.ts';

const lockTaker = new URL('../../support/take-lock-when-told.ts', import.meta.url);

afterEach(() => {
  vi.useRealTimers();
});

describe('a lock that is held', () => {
  test('names its owner to the next one, and is left alone', async () => {
    const path = await lockPath();
    const lock = await takeLock(path);
    const error = await failureOf<RunLockedError>(takeLock(path, watching().options));
    expect(error).toBeInstanceOf(RunLockedError);
    expect(error.message).toContain(`process ${process.pid} on ${hostname()}, since 2`);
    expect(error.data).toMatchObject({ host: hostname(), pid: process.pid });
    await lock.release();
    await (await takeLock(path)).release();
  });

  needing('/proc').each([
    ['of another PID namespace with the same host name', unseen],
    ['on another machine', elsewhere],
    ['on the same host before it started again', { boot: 'before' }],
    ['of an older version, which says less of itself', { boot: undefined, platform: undefined }],
  ])('by a process %s is refused at once, by name', async (_, owner) => {
    const path = await lockPath(owner);
    const { pid = process.pid, host = hostname() } = owner;
    await expect(takeLock(path)).rejects.toThrow(`process ${pid} on ${host}, since 2026-01-01`);
  });

  test.each([
    ['long ago', -3_600_000],
    ['in the future', 3_600_000],
  ])('is not judged by a file time, such as one that is %s', async (_, differenceMs) => {
    const path = await lockPath(elsewhere);
    const then = new Date(Date.now() + differenceMs);
    await utimes(path, then, then);
    await expect(takeLock(path)).rejects.toThrow(RunLockedError);
  });

  test('by a process of another user is left alone', async () => {
    const path = await lockPath(dead);
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    await expect(takeLock(path)).rejects.toThrow(`process ${deadPid} on`);
    kill.mockRestore();
  });

  needing('/proc')('by a process that is stopped is left alone, however long that is', async () => {
    const { path, child } = await lockOfAnotherProcess();
    child.kill('SIGSTOP');
    const { options, notices } = watching();
    await expect(takeLock(path, options)).rejects.toThrow(`process ${child.pid} on`);
    expect(notices).toEqual([]);
  });

  test('and not yet written is left alone', async () => {
    const path = await lockPath();
    await writeFile(path, '');
    await expect(takeLock(path)).rejects.toThrow('held by another process');
  });
});

describe('a lock is free at once', () => {
  needing('/proc').each([
    ['its process is dead', dead],
    ['its pid belongs to another process now', { startTime: '1' }],
  ])('when %s', async (_, owner) => {
    const path = await lockPath(owner);
    const lock = await takeLock(path);
    expect(await readFile(path, 'utf8')).toContain(`"pid":${process.pid}`);
    expect(lock.owner.displaced).toEqual(['theirs']);
    await lock.release();
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test('when its process was killed', async () => {
    const { path, child } = await lockOfAnotherProcess();
    await expect(takeLock(path)).rejects.toThrow(`process ${child.pid} on`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await takeLock(path)).release();
  });

  needing('/proc')('when its process was killed and nobody has collected its exit code', async () => {
    const pid = await zombie();
    expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
    const path = await lockPath({ pid, startTime: await startTimeOf(pid) });
    await (await takeLock(path)).release();
  });

  test('when whoever was about to take it over is dead too', async () => {
    const path = await lockPath(dead);
    await writeOwner(`${path}.after-theirs`, { ...dead, token: 'heir', displaced: ['theirs'] });
    const lock = await takeLock(path);
    expect(lock.owner.displaced).toEqual(['theirs', 'heir']);
    await lock.release();
    expect(await readdir(join(path, '..'))).toEqual([]);
  });
});

describe('of many takers at once exactly one wins', () => {
  test.each([
    ['a free lock', undefined],
    ['a stale lock', dead],
  ])('%s, within one process, many times', async (_, owner) => {
    const folder = await tempFolder();
    for (let round = 0; round < 20; round += 1) {
      const path = join(folder, `${round}.lock`);
      if (owner !== undefined) await writeOwner(path, owner);
      const takers = await Promise.allSettled(
        Array.from({ length: 8 }, (_each, index) => takeLater(path, (index * round) % 23)),
      );
      const won = takers.filter((taker) => taker.status === 'fulfilled').map(({ value }) => value);
      expect(won).toHaveLength(1);
      await won[0]!.release();
    }
  });

  test('a stale lock, among processes', async () => {
    const path = await lockPath(dead);
    const takers = Array.from({ length: 5 }, () => nodeTs(lockTaker, path));
    await Promise.all(takers.map(({ child }) => once(child.stdout!, 'data')));
    for (const { child } of takers) child.stdin!.write('go\n');
    await Promise.all(takers.map(({ child }) => once(child.stdout!, 'data')));
    for (const { child } of takers) child.stdin!.end();
    const told = await Promise.all(takers.map(({ output }) => output));
    expect(told.sort()).toEqual([...Array<string>(4).fill('ready\nRunLockedError\n'), 'ready\nwon\n']);
  });
});

describe('while it is held', () => {
  test('it has another content every 10 seconds', async () => {
    const { path, lock } = await heldWithFakeTimers();
    const contents = new Set([await readFile(path, 'utf8')]);
    for (let beat = 1; beat <= 12; beat += 1) {
      vi.advanceTimersByTime(10_000);
      await vi.waitUntil(async () => !contents.has(await readFile(path, 'utf8')));
      contents.add(await readFile(path, 'utf8'));
    }
    expect(lock.lost.aborted).toBe(false);
    await lock.confirm();
    await lock.release();
  });

  test.each([
    [
      'been taken by another',
      (path: string) => writeOwner(path, { pid: 1, token: 'another' }),
      'process 1 on',
    ],
    ['lost its content', (path: string) => writeFile(path, ''), 'another process'],
  ])('the work is aborted when it has %s, and that stays as it is', async (_, take, who) => {
    const { path, lock } = await heldWithFakeTimers();
    await take(path);
    const taken = await readFile(path, 'utf8');
    vi.advanceTimersByTime(10_000);
    await vi.waitUntil(() => lock.lost.aborted);
    expect(lock.lost.reason).toBeInstanceOf(LockLostError);
    expect((lock.lost.reason as Error).message).toContain(who);
    await expect(lock.confirm()).rejects.toThrow(LockLostError);
    await lock.release();
    expect(await readFile(path, 'utf8')).toBe(taken);
  });
});

async function heldWithFakeTimers(): Promise<{ path: string; lock: RunLock }> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const path = await lockPath();
  return { path, lock: await takeLock(path) };
}

/** Takers that begin one after another meet at every step of each other's way. */
async function takeLater(path: string, turns: number): Promise<RunLock> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return takeLock(path);
}

async function lockOfAnotherProcess() {
  const path = await lockPath();
  const { child } = nodeTs(lockTaker, path);
  child.stdin!.write('go\n');
  // It is there before its owner is in it.
  const isWritten = async (): Promise<boolean> => (await readFile(path, 'utf8').catch(() => '')) !== '';
  await vi.waitUntil(isWritten, { timeout: 20_000 });
  return { path, child };
}

/** A process that has ended, once its parent has become one that does not care. */
async function zombie(): Promise<number> {
  const child = 'until grep -q sleep /proc/$PPID/comm; do :; done';
  const parent = spawn('sh', ['-c', `sh -c '${child}' & echo $!; exec sleep 600`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  await vi.waitUntil(async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z '), 20_000);
  return pid;
}

async function startTimeOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
}
