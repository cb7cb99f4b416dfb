import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from '../../src/lib/run/lock-file.js';
import type { LockOptions, OwnerNotice } from '../../src/lib/run/lock.js';
import { thisProcess } from '../../src/lib/run/owner.js';
import { tempFolder } from './temp-folder.ts';

export const deadPid = spawnSync(process.execPath, ['--version']).pid;
const self = await thisProcess();

export const dead: Partial<Owner> = { pid: deadPid };
/** As in another container that shares the host name, the folder and the machine. */
export const unseen: Partial<Owner> = { pid: deadPid, namespace: 'pid:[1]' };
export const elsewhere: Partial<Owner> = { host: 'elsewhere', boot: 'another' };

/** The path of a lock: free, or with an owner. */
export async function lockPath(owner?: Partial<Owner>): Promise<string> {
  const path = join(await tempFolder(), 'run.lock');
  if (owner !== undefined) await writeOwner(path, owner);
  return path;
}

/** Writes a lock whose owner is like this process, but for what is given. */
export async function writeOwner(path: string, changes: Partial<Owner>, beats = 7): Promise<void> {
  const owner = { ...self, since: '2026-01-01T00:00:00.000Z', token: 'theirs', displaced: [], ...changes };
  await writeFile(path, `${JSON.stringify(owner)}\n${beats}\n`);
}

/** Waits as a resume does, and notes what it hears. */
export function watching(limits: { deadline?: number; signal?: AbortSignal } = {}) {
  const notices: OwnerNotice[] = [];
  const options: LockOptions = { waiting: { onWait: (notice) => notices.push(notice), ...limits } };
  return { options, notices };
}
