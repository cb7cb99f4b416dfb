import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The org's folder for uploads and results: nothing of any size is kept in memory. */
export class Spool {
  readonly folder = mkdtempSync(join(tmpdir(), 'local-org-'));
  #files = 0;

  /** A path for a new file. */
  next(label: string): string {
    this.#files += 1;
    return join(this.folder, `${this.#files}-${label}`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
