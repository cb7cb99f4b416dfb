import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { LockLostError, RunLockedError } from '../../../src/lib/run/errors.js';
import { takeLock, type RunLock } from '../../../src/lib/run/lock.js';
import { failureOf } from '../../support/failure-of.ts';
import { nodeTs } from '../../support/node-ts.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const lockTaker = new URL('../../support/take-lock-when-told.ts', import.meta.url);
const deadPid = spawnSync(process.execPath, ['--version']).pid;

afterEach(() => {
  vi.useRealTimers();
});

describe('a lock that is held', () => {
  test('names its owner to the next one, and is left alone', async () => {
    const path = await lockPath();
    const lock = await takeLock(path);
    const error = await failureOf<RunLockedError>(takeLock(path));
    expect(error).toBeInstanceOf(RunLockedError);
    expect(error.message).toContain(`process ${process.pid} on ${hostname()}, since 2`);
    expect(error.data).toMatchObject({ host: hostname(), pid: process.pid });
    await lock.release();
    await (await takeLock(path)).release();
  });

  test('by another host is left alone while it is renewed', async () => {
    const path = await lockPath({ host: 'elsewhere', pid: deadPid });
    await expect(takeLock(path)).rejects.toThrow(`process ${deadPid} on elsewhere`);
  });

  test('by a process of another user is left alone', async () => {
    const path = await lockPath({ pid: deadPid });
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    await expect(takeLock(path)).rejects.toThrow(`process ${deadPid} on`);
    kill.mockRestore();
  });

  test('and not yet written is left alone', async () => {
    const path = await lockPath();
    await writeFile(path, '');
    await expect(takeLock(path)).rejects.toThrow('held by another process');
  });
});

describe('a stale lock is taken over', () => {
  test.each([
    ['its process is dead', { pid: deadPid }, 0],
    ['it was not renewed for a minute', { pid: process.pid }, 61_000],
    ['it was not renewed for a minute, on another host', { host: 'elsewhere' }, 61_000],
  ])('when %s', async (_, owner, ageMs) => {
    const path = await lockPath(owner, ageMs);
    const lock = await takeLock(path);
    expect(await readFile(path, 'utf8')).toContain(`"pid":${process.pid}`);
    await lock.release();
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test('when whoever was about to take it over is dead too', async () => {
    const path = await lockPath({ pid: deadPid });
    await writeOwner(`${path}.takeover`, { pid: deadPid });
    await (await takeLock(path)).release();
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test('after a crash between creating and writing it, once a minute has passed', async () => {
    const path = await lockPath();
    await writeFile(path, '');
    await age(path, 61_000);
    await (await takeLock(path)).release();
  });
});

describe('of many takers at once exactly one wins', () => {
  test.each([
    ['a free lock', undefined],
    ['a stale lock', { pid: deadPid }],
  ])('%s, within one process, many times', async (_, owner) => {
    const folder = await tempFolder();
    for (let round = 0; round < 20; round += 1) {
      const path = join(folder, `${round}.lock`);
      if (owner !== undefined) await writeOwner(path, owner);
      const takers = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) => takeLater(path, (index * round) % 23)),
      );
      const won = takers.filter((taker) => taker.status === 'fulfilled').map(({ value }) => value);
      expect(won).toHaveLength(1);
      await won[0]!.release();
    }
  });

  test('a stale lock, among processes', async () => {
    const path = await lockPath({ pid: deadPid });
    const takers = Array.from({ length: 5 }, () => nodeTs(lockTaker, path));
    await Promise.all(takers.map(({ child }) => once(child.stdout!, 'data')));
    for (const { child } of takers) child.stdin!.write('go\n');
    await Promise.all(takers.map(({ child }) => once(child.stdout!, 'data')));
    for (const { child } of takers) child.stdin!.end();
    const told = await Promise.all(takers.map(({ output }) => output));
    expect(told.sort()).toEqual([...Array<string>(4).fill('ready\nRunLockedError\n'), 'ready\nwon\n']);
  });
});

test('the lock of a process that was killed is free at once', async () => {
  const path = await lockPath();
  const { child } = nodeTs(lockTaker, path);
  child.stdin!.write('go\n');
  // It is there before its owner is in it.
  const isWritten = async (): Promise<boolean> => (await readFile(path, 'utf8').catch(() => '')) !== '';
  await vi.waitUntil(isWritten, { timeout: 10_000 });
  await expect(takeLock(path)).rejects.toThrow(`process ${child.pid} on`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await takeLock(path)).release();
});

describe('while it is held', () => {
  test('it is renewed every 10 seconds', async () => {
    const { path, lock } = await heldWithFakeTimers();
    await age(path, 50_000);
    vi.advanceTimersByTime(10_000);
    await vi.waitUntil(async () => Date.now() - (await stat(path)).mtimeMs < 5_000);
    expect(lock.lost.aborted).toBe(false);
    await lock.release();
  });

  test.each([
    ['has been taken by another', (path: string) => writeOwner(path, { pid: 1 })],
    ['has been removed', (path: string) => writeFile(path, '')],
  ])('the work is aborted when it %s', async (_, take) => {
    const { path, lock } = await heldWithFakeTimers();
    await take(path);
    vi.advanceTimersByTime(10_000);
    await vi.waitUntil(() => lock.lost.aborted);
    expect(lock.lost.reason).toBeInstanceOf(LockLostError);
    await lock.release();
    await expect(stat(path)).resolves.toBeDefined();
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

type Owner = { readonly host?: string; readonly pid?: number };

/** The path of a lock: free, or with an owner that renewed it some time ago. */
async function lockPath(owner?: Owner, ageMs = 0): Promise<string> {
  const path = join(await tempFolder(), 'run.lock');
  if (owner !== undefined) await writeOwner(path, owner);
  if (ageMs > 0) await age(path, ageMs);
  return path;
}

async function writeOwner(path: string, { host = hostname(), pid = process.pid }: Owner): Promise<void> {
  await writeFile(path, JSON.stringify({ host, pid, since: '2026-01-01T00:00:00.000Z', token: 'theirs' }));
}

async function age(path: string, ageMs: number): Promise<void> {
  const then = new Date(Date.now() - ageMs);
  await utimes(path, then, then);
}
