import { link, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Bulk2Error } from '../../errors.js';
import { syncFolder } from '../../files/sync-folder.js';

/** Result files would take the names of files that are there, and may be another load's or have been edited. */
export class ResultFilesTakenError extends Bulk2Error {}

/**
 * Gives a complete file its name, unless another file has it. Can be repeated after a crash.
 * @throws ResultFilesTakenError
 */
export async function nameFile(complete: string, name: string, actions: readonly string[]): Promise<void> {
  const found = await stat(complete).catch(() => undefined);
  const taken = await stat(name).catch(() => undefined);
  // It has got its name before.
  if (found === undefined && taken !== undefined) return;
  const isSame = taken !== undefined && taken.ino === found?.ino && taken.dev === found.dev;
  if (isSame) await rm(complete);
  else if (taken !== undefined) throw takenError(name, actions);
  else await moveTo(complete, name, actions);
  await syncFolder(dirname(name));
}

/** @throws ResultFilesTakenError one of the names is taken; it is named */
export async function requireFree(
  names: Readonly<Record<string, string>>,
  actions: readonly string[],
): Promise<void> {
  for (const name of Object.values(names)) {
    if ((await stat(name).catch(() => undefined)) !== undefined) throw takenError(name, actions);
  }
}

/** A link does not take the place of what is there, as a rename does; not every file system has links. */
async function moveTo(complete: string, name: string, actions: readonly string[]): Promise<void> {
  try {
    await link(complete, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw takenError(name, actions);
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOSPC') throw error;
    return rename(complete, name);
  }
  await rm(complete);
}

function takenError(name: string, actions: readonly string[]): ResultFilesTakenError {
  return new ResultFilesTakenError(`${name} is there already, and is not replaced.`, {
    actions: [`Move ${name} elsewhere, and try again.`, ...actions],
    data: { path: name },
  });
}
