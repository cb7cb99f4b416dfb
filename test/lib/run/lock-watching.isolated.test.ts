import { readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PollingTimeoutError } from '../../../src/lib/jobs/errors.js';
import { takeLock } from '../../../src/lib/run/lock.js';
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

// Time passes in the waiting alone, and something may happen at any second of it.
const time = vi.hoisted(() => ({ passedMs: 0, at: new Map<number, () => unknown>() }));

vi.mock('node:timers/promises', () => ({
  async setTimeout(waitMs: number, _: unknown, { signal }: { signal?: AbortSignal }) {
    signal?.throwIfAborted();
    time.passedMs += waitMs;
    vi.setSystemTime(Date.now() + waitMs);
    await time.at.get(time.passedMs)?.();
    signal?.throwIfAborted();
  },
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  time.passedMs = 0;
  time.at.clear();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('an owner that cannot be seen from here is watched', () => {
  test.each([
    ['of another PID namespace', unseen],
    ['on another machine', elsewhere],
  ])('for 60 s, if it is a process %s; then its lock is taken over', async (_, owner) => {
    const path = await lockPath(owner);
    const { options, notices } = watching();
    const lock = await takeLock(path, options);
    expect(time.passedMs).toBe(60_000);
    const { pid = process.pid, host = hostname() } = owner;
    expect(notices).toEqual([{ host, pid, since: '2026-01-01T00:00:00.000Z', waitMs: 60_000 }]);
    await lock.confirm();
    await lock.release();
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test.each([
    ['its heartbeat', (path: string) => writeOwner(path, unseen, 8)],
    ['the time of its file, as that of an older version,', (path: string) => utimes(path, 1, 1)],
  ])('and refused as soon as %s moves', async (_, show) => {
    const path = await lockPath(unseen);
    time.at.set(59_000, () => show(path));
    await expect(takeLock(path, watching().options)).rejects.toThrow(`process ${deadPid} on`);
    expect(time.passedMs).toBe(59_000);
  });

  test('until it gives the lock back', async () => {
    const path = await lockPath(unseen);
    time.at.set(5_000, () => rm(path));
    const lock = await takeLock(path, watching().options);
    expect(time.passedMs).toBe(5_000);
    expect(lock.owner.displaced).toEqual([]);
    await lock.release();
  });

  test('anew when another one has taken the lock meanwhile', async () => {
    const path = await lockPath(unseen);
    time.at.set(50_000, () => writeOwner(path, { ...unseen, token: 'another', displaced: ['theirs'] }));
    const lock = await takeLock(path, watching().options);
    expect(time.passedMs).toBe(110_000);
    expect(lock.owner.displaced).toEqual(['theirs', 'another']);
    await lock.release();
  });

  test('no longer than the caller waits', async () => {
    const path = await lockPath(unseen);
    const before = await readFile(path, 'utf8');
    const { options } = watching({ deadline: Date.now() + 20_500 });
    const error = await failureOf<PollingTimeoutError>(takeLock(path, options));
    expect(error).toBeInstanceOf(PollingTimeoutError);
    expect(error.message).toContain(`process ${deadPid} on ${hostname()}`);
    expect(time.passedMs).toBe(20_500);
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test('until the caller stops', async () => {
    const path = await lockPath(unseen);
    const stop = new AbortController();
    time.at.set(3_000, () => stop.abort(new Error('stopped')));
    await expect(takeLock(path, watching({ signal: stop.signal }).options)).rejects.toThrow('stopped');
    expect(time.passedMs).toBe(3_000);
  });

  test('for 60 s too if a crash left its lock, or its claim to one, without its name', async () => {
    const path = await lockPath();
    await writeFile(path, '');
    const { options, notices } = watching();
    await (await takeLock(path, options)).release();
    expect(notices).toEqual([{ waitMs: 60_000 }]);
    await writeOwner(path, dead);
    await writeFile(`${path}.after-theirs`, '');
    await (await takeLock(path, options)).release();
    expect(await readdir(join(path, '..'))).toEqual([]);
  });
});
