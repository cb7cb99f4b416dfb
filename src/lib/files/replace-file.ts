import { constants, createReadStream } from 'node:fs';
import { lutimes, open, rm, stat, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Another file system, and a file that is mounted by itself, as a container's is. */
const cannotBeRenamedTo = new Set(['EXDEV', 'EBUSY']);

const withoutLinks = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/**
 * Gives a complete file its name, in the place of what is there. Where no file can take that place, its content is copied
 * into the one that is there; that can be repeated, since the complete file goes last.
 */
export async function replaceFile(complete: string, path: string): Promise<void> {
  try {
    await renameFile(complete, path);
  } catch (error) {
    if (!cannotBeRenamedTo.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    const file = await open(path, withoutLinks);
    await pipeline(createReadStream(complete), file.createWriteStream({ flush: true }));
    // As a rename would. Who doesn't own the file may write it, and not set its time.
    const { mtime } = await stat(complete);
    await lutimes(path, mtime, mtime).catch(() => undefined);
    await rm(complete);
  }
  await syncFolder(dirname(path));
}

/** Between two tries; a little over two seconds in all. */
const waitsMs = [10, 20, 50, 100, 200, 400, 600, 800];

const mayPass: ReadonlySet<string | undefined> = new Set(['EPERM', 'EACCES', 'EBUSY']);

/**
 * Renames a file or a folder. Windows refuses that while anybody has open what is renamed or replaced, as scanners and
 * indexers do for a moment with what has just been written: there it is tried again.
 */
export async function renameFile(from: string, to: string): Promise<void> {
  for (const waitMs of process.platform === 'win32' ? waitsMs : []) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (!mayPass.has((error as NodeJS.ErrnoException).code)) throw error;
      await sleep(waitMs);
    }
  }
  await rename(from, to);
}

/** So that a new name survives a power cut. Some systems cannot open a folder; they are left to themselves. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
