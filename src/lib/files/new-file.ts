import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PartFile } from './part-file.js';
import { renameFile, syncFolder } from './replace-file.js';

/** Names have 255 bytes at the most; what tells partial files apart has to fit in. */
const longestName = 60;

/** A file system without hard links says one of these. */
const hasNoLinks: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Writes a file that appears under its name only when it is complete, and replaces none.
 * @throws the error of the system: `EEXIST` where the name is taken, if only since the writing began
 */
export async function writeNewFile(path: string, text: string): Promise<void> {
  const name = `${basename(path).slice(0, longestName)}.${randomUUID()}.part`;
  const partial = join(dirname(path), name);
  const file = await PartFile.open({ kind: 'file', path, partial });
  try {
    await file.write(Buffer.from(text));
    await file.complete();
    await giveNewName(partial, path);
  } finally {
    await file.discard();
  }
  await syncFolder(dirname(path));
}

async function giveNewName(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
  } catch (error) {
    if (!hasNoLinks.has((error as NodeJS.ErrnoException).code)) throw error;
    // The name is taken before the file gets it: a rename would replace another one.
    await (await open(path, 'wx')).close();
    await renameFile(partial, path).catch(async (cause: unknown) => {
      await rm(path, { force: true });
      throw cause;
    });
  }
}
