import { readFile, writeFile } from 'node:fs/promises';
import { lifeOf, thisProcess, type ProcessIdentity } from './owner.js';

/** Ends the name of a run's note that says which process is about to begin it, until its journal is there. */
export const beginningSuffix = 'beginning';

/** Notes that this process is about to begin a run: until there is a journal, nothing else tells whose its files are. */
export async function noteBeginning(path: string): Promise<void> {
  await writeFile(path, JSON.stringify(await thisProcess()), { mode: 0o600 });
}

/** Whether the process that was about to begin a run is certainly gone. */
export async function isOrphan(path: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity;
    return Number.isSafeInteger(owner.pid) && (await lifeOf(owner, await thisProcess())) === 'dead';
  } catch {
    return false;
  }
}
