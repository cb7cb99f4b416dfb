import { constants, createReadStream } from 'node:fs';
import { lutimes, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { renameFile } from './rename-file.js';
import { syncFolder } from './sync-folder.js';

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
