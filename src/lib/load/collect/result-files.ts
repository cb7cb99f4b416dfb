import { constants } from 'node:fs';
import { copyFile, lstat, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CsvPage } from '../../csv/page.js';
import { makeOutputFolder } from '../../files/folders.js';
import { PartFile } from '../../files/part-file.js';
import type { CollectProgress, PerResultFile } from '../model/result-sets.js';

const names = ['success', 'failed', 'unprocessed'] as const;

/** The three files that rows are gathered in, while they grow. */
export class ResultFiles {
  readonly #files: PerResultFile<PartFile>;
  #jobs: number;
  #rows: PerResultFile<number>;
  #created: number | undefined;

  private constructor(
    files: PerResultFile<PartFile>,
    { jobs, rows, created }: Omit<CollectProgress, 'bytes'>,
  ) {
    this.#files = files;
    this.#jobs = jobs;
    this.#rows = rows;
    this.#created = created;
  }

  /** Goes on where `from` has the files, and cuts off what lies behind; without `from` they begin anew. */
  static async open(paths: PerResultFile<string>, from?: CollectProgress): Promise<ResultFiles> {
    const files = await perFile(async (name) => {
      makeOutputFolder(dirname(paths[name]));
      return openGathered(paths[name], from?.bytes[name]);
    });
    return new ResultFiles(
      files,
      from ?? { jobs: 0, rows: { success: 0, failed: 0, unprocessed: 0 }, created: 0 },
    );
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

  /** Takes note that all rows of a job have been written. @param created of the successful ones */
  countJob(added: PerResultFile<number>, created: number): void {
    this.#jobs += 1;
    if (this.#created !== undefined) this.#created += created;
    this.countRows(added);
  }

  /** Takes note of rows that have been written. */
  countRows(added: PerResultFile<number>): void {
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
    const created = this.#created === undefined ? {} : { created: this.#created };
    return { jobs: this.#jobs, bytes, rows: this.#rows, ...created };
  }

  /** Leaves the files for whoever goes on with them. */
  async close(): Promise<void> {
    await perFile((name) => this.#files[name].close());
  }
}

/** Copies what was gathered, where the file system can by sharing the blocks. */
export async function copyGathered(
  from: PerResultFile<string>,
  to: PerResultFile<string>,
  { bytes }: CollectProgress,
): Promise<void> {
  await perFile(async (name) => {
    if (bytes[name] === 0) return;
    await rm(to[name], { force: true });
    await copyFile(from[name], to[name], constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await writeGathered(to[name], bytes[name], () => Promise.resolve());
  });
}

/** Whether files still have what was gathered in them. */
export async function isStillThere(
  paths: PerResultFile<string>,
  { bytes }: CollectProgress,
): Promise<boolean> {
  const present = await perFile(
    async (name) => bytes[name] === 0 || (await ownSize(paths[name])) >= bytes[name],
  );
  return names.every((name) => present[name]);
}

/** A link is nothing of this tool's, whatever it names. */
async function ownSize(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : -1;
}

export async function perFile<T>(
  get: (name: keyof PerResultFile<T>) => Promise<T>,
): Promise<PerResultFile<T>> {
  const [success, failed, unprocessed] = [
    await get('success'),
    await get('failed'),
    await get('unprocessed'),
  ];
  return { success, failed, unprocessed };
}

/** Opens a file that rows are gathered in. It gets its name later, by another step than its own. */
export function openGathered(path: string, offset?: number): Promise<PartFile> {
  return PartFile.open({ kind: 'file', path, partial: path }, offset);
}

/** Writes into a file that rows are gathered in, from an offset on, and puts that on disk. */
export async function writeGathered(
  path: string,
  offset: number,
  write: (file: PartFile) => Promise<void>,
): Promise<void> {
  const file = await openGathered(path, offset);
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts CSV behind what a file has; its header only where that is nothing. */
export async function appendLines(file: PartFile, csv: AsyncIterable<Buffer>): Promise<void> {
  const page = new CsvPage({ skipHeader: file.offset > 0 });
  for await (const chunk of csv) {
    const lines = page.push(chunk);
    if (lines !== undefined) await file.write(lines);
  }
}
