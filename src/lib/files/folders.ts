import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { chmod, lstat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What others than the owner may do with a file or a folder. */
const forOthers = 0o077;

/** Makes a folder that is its owner's alone, whatever the umask: state has the person's data in it. */
export async function makePrivateFolder(path: string): Promise<void> {
  makeFolder(path, 0o700);
  if (isOpenToOthers((await lstat(path)).mode)) await chmod(path, 0o700);
}

/**
 * The same for code, which is run: nobody else may put anything there.
 * @returns whether it is the person's own folder, and no link to another one
 */
export function makePrivateFolderSync(path: string): boolean {
  makeFolder(path, 0o700);
  const found = lstatSync(path);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return false;
  if (isOpenToOthers(found.mode)) chmodSync(path, 0o700);
  return true;
}

/** Makes a folder for outputs or results: by the umask, and never for others to write in. */
export function makeOutputFolder(path: string): void {
  makeFolder(path, 0o755);
}

/**
 * Makes a folder, and those above it, unless they are there. The `recursive` of `mkdir` does not return where the system
 * says of a folder in an existing one that its parent is missing, as /proc does (Node 24).
 */
function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const parent = dirname(path);
    const hasNoParent = (error as NodeJS.ErrnoException).code === 'ENOENT' && parent !== path;
    if (hasNoParent && statSync(parent, { throwIfNoEntry: false }) === undefined) {
      makeFolder(parent, mode);
      makeFolder(path, mode);
    } else if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/** Windows has lists in the place of modes. */
function isOpenToOthers(mode: number): boolean {
  return process.platform !== 'win32' && (mode & forOthers) !== 0;
}
