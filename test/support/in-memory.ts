import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const place = '/dev/shm';
const roomBytes = 4e9;

/**
 * A folder for temporary files that is in memory, where the system has one with room: tests wait for no disk then, and
 * what killed processes leave goes with this one. For the environment of a process and of those that it starts.
 */
export function tempInMemory(): { readonly TMPDIR?: string } {
  if (process.platform !== 'linux' || process.env.TMPDIR !== undefined) return {};
  try {
    const { bavail, bsize } = statfsSync(place);
    if (bavail * bsize < roomBytes || !mayExecute()) return {};
    const folder = mkdtempSync(join(place, 'b-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return { TMPDIR: folder };
  } catch {
    return {};
  }
}

/** Containers may have it without: tests run scripts that they have written. */
function mayExecute(): boolean {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const options = mounts.map((line) => line.split(' ')).findLast(([, path]) => path === place)?.[3];
  return options !== undefined && !options.split(',').includes('noexec');
}
