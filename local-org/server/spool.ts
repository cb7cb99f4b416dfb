import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders that are removed with the process at the latest. */
const folders = new Set<string>();

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

process.once('exit', () => folders.forEach(remove));

/** Names the machine and the process: processes that are killed leave their folders to the next one. */
const prefix = `local-org-${hostname()}-`;

/** Removes what orgs have left whose processes were killed. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number(/^(\d+)-/.exec(name.slice(prefix.length))?.[1]) : NaN;
    if (!Number.isNaN(pid) && !isRunning(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** The org's folder for uploads and results: nothing of any size is kept in memory. */
export class Spool {
  readonly folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  #files = 0;

  constructor() {
    if (folders.size === 0) sweep();
    folders.add(this.folder);
  }

  /** A path for a new file. */
  next(label: string): string {
    this.#files += 1;
    return join(this.folder, `${this.#files}-${label}`);
  }

  remove(): void {
    remove(this.folder);
  }
}
