import { rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { isOrphan, noteBeginning } from './owner.js';

/**
 * A folder for the files of one call, which its owner alone can read. A process that ends takes it along; what one has left
 * behind that a signal has ended goes when another process makes its first folder: a library can't catch signals, which
 * are the program's.
 */
export class TempFolder {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static async make(): Promise<TempFolder> {
    await (leftovers ??= removeLeftovers());
    const path = await mkdtemp(join(tmpdir(), prefix));
    if (inUse.size === 0) process.on('exit', removeAll);
    inUse.add(path);
    await noteBeginning(join(path, ownerName));
    return new TempFolder(path);
  }

  /** @param name of a file, or what its name begins with */
  pathOf(name: string): string {
    return `${this.#path}${sep}${name}`;
  }

  async remove(): Promise<void> {
    await rm(this.#path, { recursive: true, force: true });
    inUse.delete(this.#path);
    if (inUse.size === 0) process.off('exit', removeAll);
  }
}

const prefix = 'bulk2-';
/** The file that says whose a folder is. */
const ownerName = '.owner';
const inUse = new Set<string>();
let leftovers: Promise<void> | undefined;

function removeAll(): void {
  for (const path of inUse) rmSync(path, { recursive: true, force: true });
}

/** Folders of this user whose process is certainly gone. That they can't be removed stops nothing. */
async function removeLeftovers(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const path = join(tmpdir(), name);
    if (!(await isOwnFolder(path)) || !(await isOrphan(join(path, ownerName)))) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** In a folder that all may write to, others may have put a folder or a link of that name. */
async function isOwnFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  const isOwn = process.getuid === undefined || found?.uid === process.getuid();
  return found?.isDirectory() === true && isOwn;
}
