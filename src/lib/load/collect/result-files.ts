import { createReadStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PartFile } from '../../files/part-file.js';
import type { CollectProgress, PerResultFile } from './request.js';

const names = ['success', 'failed', 'unprocessed'] as const;

/** The three files of a load while they grow. They get their names together, when all of them are complete. */
export class ResultFiles {
  readonly #files: PerResultFile<PartFile>;
  #jobs: number;
  #rows: PerResultFile<number>;

  private constructor(files: PerResultFile<PartFile>, { jobs, rows }: Omit<CollectProgress, 'bytes'>) {
    this.#files = files;
    this.#jobs = jobs;
    this.#rows = rows;
  }

  /** Takes the files up where `from` has them, and cuts off what lies behind; without `from` they begin anew. */
  static async open(paths: PerResultFile<string>, from?: CollectProgress): Promise<ResultFiles> {
    const files = await perFile(async (name) => {
      await mkdir(dirname(paths[name]), { recursive: true });
      return PartFile.open(paths[name], from?.bytes[name]);
    });
    return new ResultFiles(files, from ?? { jobs: 0, rows: { success: 0, failed: 0, unprocessed: 0 } });
  }

  get success(): PartFile {
    return this.#files.success;
  }

  get failed(): PartFile {
    return this.#files.failed;
  }

  get unprocessed(): PartFile {
    return this.#files.unprocessed;
  }

  get rows(): PerResultFile<number> {
    return this.#rows;
  }

  get partialPaths(): readonly string[] {
    return names.map((name) => partialPath(this.#files[name].path));
  }

  /** Takes note that all rows of a job have been written. */
  countJob(added: PerResultFile<number>): void {
    this.#jobs += 1;
    const { success, failed, unprocessed } = this.#rows;
    this.#rows = {
      success: success + added.success,
      failed: failed + added.failed,
      unprocessed: unprocessed + added.unprocessed,
    };
  }

  /** Puts everything on disk. */
  async sync(): Promise<CollectProgress> {
    const bytes = await perFile((name) => this.#files[name].sync());
    return { jobs: this.#jobs, bytes, rows: this.#rows };
  }

  async commit(): Promise<PerResultFile<string>> {
    await this.sync();
    return perFile(async (name) => {
      await this.#files[name].commit();
      return this.#files[name].path;
    });
  }

  /** Leaves the partial files for a later resume. */
  async close(): Promise<void> {
    await perFile((name) => this.#files[name].close());
  }
}

/** Whether the partial files still have what was collected. Files that already got their names become partial again. */
export async function canContinue(paths: PerResultFile<string>, from: CollectProgress): Promise<boolean> {
  const present = await perFile(async (name) => {
    const path = paths[name];
    const bytes = from.bytes[name];
    if (bytes === 0 || (await sizeOf(partialPath(path))) >= bytes) return true;
    if ((await sizeOf(path)) !== bytes) return false;
    await rename(path, partialPath(path));
    return true;
  });
  return names.every((name) => present[name]);
}

export function readPartial(path: string, bytes: number): AsyncIterable<Buffer> {
  const options = { start: 0, end: Math.max(0, bytes - 1), highWaterMark: 256 * 1024 };
  return createReadStream(partialPath(path), options) as AsyncIterable<Buffer>;
}

function partialPath(path: string): string {
  return `${path}.part`;
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? -1;
}

async function perFile<T>(get: (name: keyof PerResultFile<T>) => Promise<T>): Promise<PerResultFile<T>> {
  const [success, failed, unprocessed] = [
    await get('success'),
    await get('failed'),
    await get('unprocessed'),
  ];
  return { success, failed, unprocessed };
}
