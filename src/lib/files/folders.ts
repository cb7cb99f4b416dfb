import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { chmod, lstat, mkdir } from 'node:fs/promises';

/** What others than the owner may do with a file or a folder. */
const forOthers = 0o077;

/** Makes a folder that is its owner's alone, whatever the umask: state has the person's data in it. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (isOpenToOthers((await lstat(path)).mode)) await chmod(path, 0o700);
}

/**
 * The same for code, which is run: nobody else may put anything there.
 * @returns whether it is the person's own folder, and no link to another one
 */
export function makePrivateFolderSync(path: string): boolean {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return false;
  if (isOpenToOthers(found.mode)) chmodSync(path, 0o700);
  return true;
}

/** Makes a folder for outputs or results: by the umask, and never for others to write in. */
export async function makeOutputFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o755 });
}

/** Windows has lists in the place of modes. */
function isOpenToOthers(mode: number): boolean {
  return process.platform !== 'win32' && (mode & forOthers) !== 0;
}
