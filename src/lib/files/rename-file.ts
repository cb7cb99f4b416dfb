import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

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
