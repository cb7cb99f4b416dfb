import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders that are removed with the process at the latest. */
const folders = new Set<string>();

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

process.once('exit', () => folders.forEach(remove));

/** The org's folder for uploads and results: nothing of any size is kept in memory. */
export class Spool {
  readonly folder = mkdtempSync(join(tmpdir(), 'local-org-'));
  #files = 0;

  constructor() {
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
