import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { fileProblem } from './file-problem.js';
import { makeOutputFolder } from './folders.js';

/**
 * Makes a folder unless it is there, and makes sure that it takes files, by writing one and removing it.
 * @param id of whoever is going to write there: what a process of theirs has left behind that was killed here goes
 * @param actions what a person can do when it does not
 * @throws UsageError it does not; the message names it
 */
export async function requireWritableFolder(
  folder: string,
  { id, actions }: { readonly id: string; readonly actions: readonly string[] },
): Promise<void> {
  const probe = join(folder, `.bulk2-${id}`);
  try {
    makeOutputFolder(folder);
    await rm(probe, { force: true });
    await writeFile(probe, 'Can this folder be written to?\n', { flag: 'wx', mode: 0o600 });
    await rm(probe);
  } catch (cause) {
    // On a full disk it is there, empty.
    await rm(probe, { force: true }).catch(() => undefined);
    const problem = fileProblem(cause);
    if (problem === undefined) throw cause;
    throw new UsageError(`Can't write to the folder ${folder}: ${problem}.`, {
      cause,
      actions,
      data: { folder },
    });
  }
}
