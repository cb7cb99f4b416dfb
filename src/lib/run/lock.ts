import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { LockLostError, RunLockedError } from './errors.js';

/** A lock is renewed every 10 s; one that was not renewed for 60 s is stale even if a process of its number runs. */
const renewEveryMs = 10_000;
const staleAfterMs = 60_000;

type Owner = { readonly host: string; readonly pid: number; readonly since: string; readonly token: string };

export type RunLock = {
  /** Aborts with a LockLostError when another process has taken the lock. */
  readonly lost: AbortSignal;
  /**
   * Makes sure that the lock is still this process's, where a stopped process or a sleeping machine may have let it go
   * stale: timers tell of that too late.
   */
  confirm(): Promise<void>;
  release(): Promise<void>;
};

/**
 * Makes this process the only owner of a run.
 * @throws RunLockedError another process owns it
 */
export async function takeLock(path: string): Promise<RunLock> {
  const owner: Owner = {
    host: hostname(),
    pid: process.pid,
    since: new Date().toISOString(),
    token: randomUUID(),
  };
  if (!(await tryCreate(path, owner))) {
    if (await isStale(path)) await removeStale(path);
    if (!(await tryCreate(path, owner))) throw await lockedBy(path);
  }
  return holdLock(path, owner);
}

function holdLock(path: string, owner: Owner): RunLock {
  const lost = new AbortController();
  let renewedMs = Date.now();
  const renew = async (): Promise<void> => {
    const now = new Date();
    if ((await readOwner(path))?.token === owner.token) {
      await utimes(path, now, now);
      renewedMs = now.getTime();
    } else lost.abort(new LockLostError(`Another process has taken over this run (${path}).`));
  };
  const timer = setInterval(() => void renew().catch(() => undefined), renewEveryMs);
  timer.unref();
  return {
    lost: lost.signal,
    async confirm() {
      if (Date.now() - renewedMs > staleAfterMs / 2) await renew();
    },
    async release() {
      clearInterval(timer);
      if ((await readOwner(path))?.token === owner.token) await rm(path, { force: true });
    },
  };
}

async function tryCreate(path: string, owner: Owner): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a stale lock, one process at a time and after another look: the second of two that saw the same stale lock
 * would otherwise remove the lock that the first has taken in its place.
 */
async function removeStale(path: string): Promise<void> {
  const turn = await takeLock(`${path}.takeover`);
  try {
    if (await isStale(path)) await rm(path, { force: true });
  } finally {
    await turn.release();
  }
}

async function isStale(path: string): Promise<boolean> {
  const owner = await readOwner(path);
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > staleAfterMs) return true;
  return owner?.host === hostname() && !isAlive(owner.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

async function lockedBy(path: string): Promise<RunLockedError> {
  const owner = await readOwner(path);
  const who =
    owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}, since ${owner.since}`;
  return new RunLockedError(`This run is held by ${who}.`, {
    actions: ['Wait for it to end, or stop it, then resume again.'],
    data: owner === undefined ? {} : { host: owner.host, pid: owner.pid, since: owner.since },
  });
}
