import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

/** A folder for the files of one call, which its owner alone can read. A process that ends takes it along. */
export class TempFolder {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static async make(): Promise<TempFolder> {
    const path = await mkdtemp(join(tmpdir(), 'bulk2-'));
    if (inUse.size === 0) process.on('exit', removeAll);
    inUse.add(path);
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

const inUse = new Set<string>();

function removeAll(): void {
  for (const path of inUse) rmSync(path, { recursive: true, force: true });
}
