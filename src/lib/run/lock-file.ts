import { open, readFile, rm, stat } from 'node:fs/promises';
import type { ProcessIdentity } from './owner.js';

/** Who holds a lock. */
export type Owner = ProcessIdentity & {
  /** Of this one taking of the lock. */
  readonly token: string;
  /** When it was taken, ISO 8601, by the owner's clock: for people to read, never to compare. */
  readonly since: string;
  /** Tokens of the owners that it was taken from without their giving it back, the last one last. */
  readonly displaced: readonly string[];
};

/** A lock as it is on disk. */
export type FoundLock = {
  /** Absent in a file that is not written yet, or never was because of a crash. */
  readonly owner: Owner | undefined;
  /** Changes with each heartbeat. */
  readonly mark: string;
};

/**
 * A lock is a line of JSON that says who holds it, and a line with the number of its heartbeats.
 * @returns false when there is a lock already
 */
export async function createLock(path: string, owner: Owner): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    await file.writeFile(`${JSON.stringify(owner)}\n0\n`);
    return true;
  } catch (error) {
    // Of a full disk, for example; nobody shall wait for a lock without an owner.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** @returns undefined when there is no lock */
export async function readLock(path: string): Promise<FoundLock | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    // Before its second line came, a heartbeat showed in the file's time alone.
    return { owner: ownerIn(text), mark: `${text} ${(await stat(path)).mtimeMs}` };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes the number of a heartbeat. It goes into the file that was found to be the owner's, even if that has lost its
 * name in between.
 * @returns false when the lock is another owner's, or gone
 */
export async function writeBeat(path: string, token: string, beats: number): Promise<boolean> {
  const file = await open(path, 'r+').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    const text = await file.readFile('utf8');
    if (ownerIn(text)?.token !== token) return false;
    await file.write(`${beats}\n`, Buffer.byteLength(text.slice(0, text.indexOf('\n') + 1)));
    return true;
  } finally {
    await file.close();
  }
}

function ownerIn(text: string): Owner | undefined {
  const [line = ''] = text.split('\n', 1);
  try {
    const owner = JSON.parse(line) as Partial<Owner>;
    const isOwner = isPlainWord(owner.token) && Number.isSafeInteger(owner.pid) && (owner.pid ?? 0) > 0;
    return isOwner ? ({ ...owner, displaced: owner.displaced ?? [] } as Owner) : undefined;
  } catch {
    return undefined;
  }
}

/** A token goes into the names of files. */
function isPlainWord(token: string | undefined): boolean {
  return /^[\w-]+$/.test(token ?? '');
}
