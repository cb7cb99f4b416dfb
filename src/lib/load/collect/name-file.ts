import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Bulk2Error } from '../../errors.js';
import { isTaken } from '../../files/file-facts.js';
import { syncFolder } from '../../files/replace-file.js';

/** Result files would take the names of files that are there, and may be another load's or have been edited. */
export class ResultFilesTakenError extends Bulk2Error {}

/**
 * Gives a complete file its name, unless another file has it. Can be repeated after a crash, and beside another process
 * that does the same.
 * @returns false when neither the complete file nor one of its name is there
 * @throws ResultFilesTakenError
 */
export async function nameFile(complete: string, name: string, actions: readonly string[]): Promise<boolean> {
  if (!(await isTaken(complete))) return isTaken(name);
  try {
    // A link does not take the place of what is there, as a rename does.
    await link(complete, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return isTaken(name);
    if (code === 'EEXIST') await requireSame(complete, name, actions);
    else if (code !== undefined && withoutLinks.has(code)) return renameTo(complete, name, actions);
    else throw error;
  }
  await rm(complete, { force: true });
  await syncFolder(dirname(name));
  return true;
}

/** @throws ResultFilesTakenError one of the names is taken; it is named */
export async function requireFree(
  names: Readonly<Record<string, string>>,
  actions: readonly string[],
): Promise<void> {
  for (const name of Object.values(names)) if (await isTaken(name)) throw takenError(name, actions);
}

/** What file systems that have no links answer: FAT, and some that are reached over a network. */
const withoutLinks: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'EMLINK',
]);

/** Claims the name by an empty file, which a rename may then replace. An empty file is none of results: those have a header. */
async function renameTo(complete: string, name: string, actions: readonly string[]): Promise<boolean> {
  try {
    await (await open(name, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const found = await lstat(name);
    if (!found.isFile() || found.size > 0) throw takenError(name, actions);
  }
  await rename(complete, name);
  await syncFolder(dirname(name));
  return true;
}

/** A process that was killed between the two steps of naming has left one file with two names. */
async function requireSame(complete: string, name: string, actions: readonly string[]): Promise<void> {
  const found = await lstat(complete).catch(() => undefined);
  const taken = await lstat(name).catch(() => undefined);
  // Another process has just taken the last step.
  if (found === undefined && taken !== undefined) return;
  if (taken?.ino !== found?.ino || taken?.dev !== found?.dev) throw takenError(name, actions);
}

function takenError(name: string, actions: readonly string[]): ResultFilesTakenError {
  return new ResultFilesTakenError(`${name} already exists, and is not replaced.`, {
    actions: [`Move ${name} elsewhere, and try again.`, ...actions],
    data: { path: name },
  });
}
