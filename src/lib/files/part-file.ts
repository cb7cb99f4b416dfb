import { open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Bulk2Error } from '../errors.js';
import { syncFolder } from './sync-folder.js';
import { writeChunks } from './write-chunks.js';

/**
 * Writes are gathered: the way to the thread that writes and back takes as long as it takes to write a megabyte, and
 * longer where all processors are busy. They are copied for it, so that whoever writes can use his bytes again.
 */
const gatherBytes = 1024 * 1024;

/** A partial file that work was to go on with is gone, or shorter than it was. */
export class PartFileLostError extends Bulk2Error {}

/**
 * A file that appears under its name only when it is complete. Until then it is `<path>.part` beside it, readable by
 * its owner only, and can be taken up again at any offset that `sync` has returned.
 */
export class PartFile {
  readonly path: string;
  readonly #file: FileHandle;
  #offset: number;
  #gathering: Buffer | undefined;
  #gathered = 0;
  /** What is being written, until it is. */
  #other: Buffer | undefined;
  #isWriting = false;
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, offset: number) {
    this.path = path;
    this.#file = file;
    this.#offset = offset;
  }

  /**
   * @param offset where to go on; what lies behind it is cut off
   * @throws PartFileLostError what was there up to the offset is not there any more
   */
  static async open(path: string, offset = 0): Promise<PartFile> {
    const partPath = `${path}.part`;
    const file = (offset === 0 ? await create(partPath) : undefined) ?? (await openPart(partPath, offset));
    return new PartFile(path, file, offset);
  }

  /** Bytes written so far, gathered ones included. */
  get offset(): number {
    return this.#offset;
  }

  /** Returns when the bytes may be used again. A failure may be one of an earlier write. */
  async write(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      this.#gathering ??= Buffer.allocUnsafeSlow(gatherBytes);
      const copied = chunk.copy(this.#gathering, this.#gathered, at);
      at += copied;
      this.#gathered += copied;
      this.#offset += copied;
      if (this.#gathered === gatherBytes) await this.#writeOut();
    }
  }

  /** Hands what was gathered to the system, which puts it on disk in its own time, or at the next `sync`. */
  async flush(): Promise<void> {
    await this.#writeOut();
    await this.#written;
  }

  /** Forgets what was written behind an offset. */
  async rewind(offset: number): Promise<void> {
    await this.flush();
    await this.#file.truncate(offset);
    this.#offset = offset;
  }

  /** Puts everything on disk. @returns the offset that the file can be taken up at from now on */
  async sync(): Promise<number> {
    const offset = this.#offset;
    await this.flush();
    await this.#file.datasync();
    return offset;
  }

  /** Gives the complete file its name, replacing what was there. */
  async commit(): Promise<void> {
    await this.sync();
    await this.#file.close();
    await rename(`${this.path}.part`, this.path);
    await syncFolder(dirname(this.path));
  }

  /** Leaves the partial file for a later resume. */
  async close(): Promise<void> {
    await this.#written.catch(() => undefined);
    await this.#file.close();
  }

  /** Returns when there is room to gather more: one buffer is written while the other is filled. */
  async #writeOut(): Promise<void> {
    while (this.#isWriting) await this.#written;
    await this.#written;
    const full = this.#gathering;
    if (full === undefined || this.#gathered === 0) return;
    const bytes = full.subarray(0, this.#gathered);
    const position = this.#offset - this.#gathered;
    this.#gathering = this.#other;
    this.#other = full;
    this.#gathered = 0;
    this.#isWriting = true;
    this.#written = writeChunks(this.#file, [bytes], position).finally(() => {
      this.#isWriting = false;
    });
    // Whoever writes next, or asks for what is on disk, hears of a failure.
    this.#written.catch(() => undefined);
  }
}

/** @returns undefined when there is such a file already */
async function create(partPath: string): Promise<FileHandle | undefined> {
  try {
    return await open(partPath, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

async function openPart(partPath: string, offset: number): Promise<FileHandle> {
  const file = await openExisting(partPath, offset);
  try {
    // It keeps the permissions that it has.
    await file.chmod(0o600);
    if ((await file.stat()).size < offset) throw lost(partPath, offset);
    await file.truncate(offset);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openExisting(partPath: string, offset: number): Promise<FileHandle> {
  try {
    return await open(partPath, offset === 0 ? 'w' : 'r+', 0o600);
  } catch (error) {
    if (offset > 0 && (error as NodeJS.ErrnoException).code === 'ENOENT') throw lost(partPath, offset);
    throw error;
  }
}

function lost(partPath: string, offset: number): PartFileLostError {
  return new PartFileLostError(
    `${partPath} does not have the ${offset} bytes that were written to it before.`,
    {
      actions: ['Put it back as it was, or start over.'],
      data: { path: partPath, offset },
    },
  );
}
