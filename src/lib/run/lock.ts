import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { renameFile } from '../files/replace-file.js';
import { PollingTimeoutError } from '../jobs/errors.js';
import { LockLostError, RunLockedError } from './errors.js';
import { createLock, readLock, writeBeat, type FoundLock, type Owner } from './lock-file.js';
import { lifeOf, thisProcess } from './owner.js';

/** How often a lock's owner shows that it lives, and how others watch for it; milliseconds. */
export type LockTimes = {
  /** Between two heartbeats. */
  readonly beatMs: number;
  /** Without a heartbeat for so long, by the observer's own clock, an owner counts as dead. */
  readonly silentMs: number;
  /** Between two looks at the heartbeat. */
  readonly lookMs: number;
};

export const lockTimes: LockTimes = { beatMs: 10_000, silentMs: 60_000, lookMs: 1_000 };

/** Who holds a run, as far as its lock says. */
export type OwnerNotice = {
  readonly host?: string;
  readonly pid?: number;
  /** ISO 8601, by the owner's clock. */
  readonly since?: string;
  /** How long it takes until the owner counts as dead, if it shows no sign of life. */
  readonly waitMs: number;
};

/** How to wait for an owner of which it cannot be seen from here whether it lives. */
export type OwnerWait = {
  /** Hears of it when the waiting begins. */
  readonly onWait: (owner: OwnerNotice) => void;
  /** Milliseconds since 1970; absent: wait as long as it takes. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What happens when another process may own a run, and how that is found out. */
export type LockOptions = {
  /** Absent: a run whose owner may live is refused at once. */
  readonly waiting?: OwnerWait | undefined;
  /** Default: `lockTimes`. */
  readonly times?: LockTimes | undefined;
};

export type RunLock = {
  readonly owner: Owner;
  /** Aborts with a LockLostError when another process has taken the lock. */
  readonly lost: AbortSignal;
  /** Makes sure that the lock is still this process's. @throws LockLostError */
  confirm(): Promise<void>;
  release(): Promise<void>;
};

/**
 * Makes this process the only owner of a run. A lock is taken over when its owner is dead, or has been watched for
 * `silentMs` without a heartbeat. File times and clocks of other machines are never compared with this one's.
 * @throws RunLockedError another process owns it, or may own it and there is no `waiting`
 * @throws PollingTimeoutError the deadline of `waiting` has passed
 */
export async function takeLock(path: string, options: LockOptions = {}): Promise<RunLock> {
  const identity = await thisProcess();
  return holdLock(path, await acquire(path, { ...identity, displaced: [] }, options), options.times);
}

type Taker = Omit<Owner, 'token' | 'since'>;
type Taking = { readonly taker: Taker; readonly options: LockOptions };

/** @returns the new owner, with those that it has displaced */
async function acquire(path: string, taker: Taker, options: LockOptions): Promise<Owner> {
  for (;;) {
    // Each time another owner: the one before may have been displaced without knowing.
    const owner: Owner = { ...taker, since: new Date().toISOString(), token: randomUUID() };
    if (await createLock(path, owner)) return owner;
    const found = await readLock(path);
    if (found === undefined || !(await isAbandoned(path, found, { taker, options }))) continue;
    const heir = await displace(path, found, { taker, options });
    if (heir !== undefined) return heir;
  }
}

/**
 * Takes an abandoned lock over. The claim to it is a lock too, which only one process can get, and it becomes the lock
 * itself by being renamed: there is no moment without a lock, and a process that was stopped for so long that others
 * have taken its claim finds out by the same step.
 * @returns undefined when the lock has changed in another way
 */
async function displace(
  path: string,
  found: FoundLock,
  { taker, options }: Taking,
): Promise<Owner | undefined> {
  const token = tokenOf(found);
  const before = found.owner === undefined ? [] : [...found.owner.displaced, found.owner.token];
  const displaced = [...new Set([...taker.displaced, ...before])];
  const claim = `${path}.after-${token ?? 'nobody'}`;
  const owner = await acquire(claim, { ...taker, displaced }, options);
  if (tokenOf(await readLock(path)) === token) await renameIfThere(claim, path);
  else await removeOwn(claim, owner.token);
  return tokenOf(await readLock(path)) === owner.token ? owner : undefined;
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await renameFile(from, to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

async function removeOwn(path: string, token: string): Promise<void> {
  if (tokenOf(await readLock(path)) === token) await rm(path, { force: true });
}

/**
 * Finds out whether the owner of a lock is gone; waits for it where that takes time.
 * @returns false when the lock has changed meanwhile
 * @throws RunLockedError the owner lives, or may live and there is no `waiting`
 */
async function isAbandoned(
  path: string,
  found: FoundLock,
  { taker, options: { waiting, times = lockTimes } }: Taking,
): Promise<boolean> {
  const life = found.owner === undefined ? 'unknown' : await lifeOf(found.owner, taker);
  if (life === 'dead') return true;
  if (life === 'alive' || waiting === undefined) throw lockedBy(found, life === 'alive');
  waiting.onWait({ ...noticeOf(found), waitMs: times.silentMs });
  // Looks are counted, not the time between them: while this process is stopped or its machine sleeps, it sees nothing.
  for (let watchedMs = 0; watchedMs < times.silentMs; watchedMs += times.lookMs) {
    const leftMs = (waiting.deadline ?? Number.POSITIVE_INFINITY) - Date.now();
    await sleep(Math.max(0, Math.min(times.lookMs, leftMs)), undefined, { signal: waiting.signal });
    if (leftMs < times.lookMs) throw stillHeldBy(found);
    const now = await readLock(path);
    if (now === undefined || tokenOf(now) !== tokenOf(found)) return false;
    if (now.mark !== found.mark) throw lockedBy(now, true);
  }
  return true;
}

function holdLock(path: string, owner: Owner, { beatMs }: LockTimes = lockTimes): RunLock {
  const lost = new AbortController();
  const { token } = owner;
  let beats = 0;
  let isHeld = true;
  async function beat(): Promise<void> {
    beats += 1;
    if ((await writeBeat(path, token, beats)) || !isHeld) return;
    lost.abort(lostTo(await readLock(path)));
  }
  const timer = setInterval(() => void beat().catch(() => undefined), beatMs);
  timer.unref();
  return {
    owner,
    lost: lost.signal,
    async confirm() {
      const now = await readLock(path);
      if (tokenOf(now) !== token) lost.abort(lostTo(now));
      lost.signal.throwIfAborted();
    },
    async release() {
      isHeld = false;
      clearInterval(timer);
      await removeOwn(path, token);
    },
  };
}

function tokenOf(lock: FoundLock | undefined): string | undefined {
  return lock?.owner?.token;
}

function noticeOf({ owner }: FoundLock): Omit<OwnerNotice, 'waitMs'> {
  return owner === undefined ? {} : { host: owner.host, pid: owner.pid, since: owner.since };
}

function nameOf({ owner }: FoundLock): string {
  return owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
}

function holderOf(found: FoundLock): string {
  return found.owner === undefined ? nameOf(found) : `${nameOf(found)}, since ${found.owner.since}`;
}

function lockedBy(found: FoundLock, ownerLives: boolean): RunLockedError {
  return new RunLockedError(`This run is held by ${holderOf(found)}.`, {
    actions: ['Wait for it to finish, or stop it, then resume.'],
    data: noticeOf(found),
    ownerLives,
  });
}

function stillHeldBy(found: FoundLock): PollingTimeoutError {
  return new PollingTimeoutError(
    `This run was held by ${holderOf(found)}, and it isn't known yet whether that has stopped.`,
    { data: noticeOf(found) },
  );
}

function lostTo(found: FoundLock | undefined): LockLostError {
  const message =
    found === undefined ? 'The lock of this run is gone.' : `This run was taken over by ${nameOf(found)}.`;
  return new LockLostError(message, { data: found === undefined ? {} : noticeOf(found) });
}
