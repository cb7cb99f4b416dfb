import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { Bulk2Error } from '../errors.js';
import { onDisk } from './disk-full.js';
import type { FilePlace } from './output-place.js';
import { replaceFile } from './replace-file.js';
import { writeChunks } from './write-chunks.js';

/**
 * Writes are gathered: the way to the thread that writes and back takes as long as it takes to write a megabyte, and
 * longer where all processors are busy. They are copied for it, so that whoever writes can use his bytes again.
 */
const gatherBytes = 1024 * 1024;

/** Most files are small, and memory that comes and goes by the megabyte has the garbage collected each time. */
const firstGatherBytes = 16 * 1024;

/** Buffers of files that were closed, for the next ones: what comes and goes by the megabyte lies about until it is collected. */
const spareBuffers: Buffer[] = [];
const mostSpareBuffers = 8;

/** A partial file that work was to go on with is gone, or shorter than it was. */
export class PartFileLostError extends Bulk2Error {}

/** A file of this tool's own: `<path>.part` until it is complete, and its owner's alone. */
function ownPlace(path: string): FilePlace {
  return { kind: 'file', path, partial: `${path}.part`, mode: 0o600 };
}

/**
 * A file that appears under its name only when it is complete. Until then it is a partial file, made by this writer and
 * never reached through a link, that can be resumed at any offset that `sync` has returned.
 */
export class PartFile {
  readonly path: string;
  readonly #place: FilePlace;
  readonly #file: FileHandle;
  #offset: number;
  #gathering: Buffer = Buffer.alloc(0);
  #gathered = 0;
  /** What is being written, until it is. */
  #other: Buffer = Buffer.alloc(0);
  #isWriting = false;
  #written: Promise<void> = Promise.resolve();

  private constructor(place: FilePlace, file: FileHandle, offset: number) {
    this.path = place.path;
    this.#place = place;
    this.#file = file;
    this.#offset = offset;
  }

  /**
   * @param where the place of an output, or the path of a file of this tool's own
   * @param offset where to go on; what lies behind it is cut off
   * @throws PartFileLostError what was there up to the offset is not there any more
   */
  static async open(where: FilePlace | string, offset = 0): Promise<PartFile> {
    const place = typeof where === 'string' ? ownPlace(where) : where;
    const file = await onDisk(place.path, () => (offset === 0 ? create(place) : openPart(place, offset)));
    return new PartFile(place, file, offset);
  }

  /** Bytes written so far, gathered ones included. */
  get offset(): number {
    return this.#offset;
  }

  /** Returns when the bytes may be used again. A failure may be one of an earlier write. */
  async write(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      if (this.#gathered === this.#gathering.length) this.#gathering = enlarged(this.#gathering);
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

  /** Puts everything on disk. @returns the offset that the file can be resumed at from now on */
  async sync(): Promise<number> {
    const offset = this.#offset;
    await this.flush();
    await onDisk(this.path, () => this.#file.datasync());
    return offset;
  }

  /** Puts everything on disk, in the partial file still. */
  async complete(): Promise<void> {
    await this.sync();
    const { mode } = this.#place;
    if (mode !== undefined && isReadOnly(mode)) await this.#file.chmod(mode);
    await this.#file.close();
    this.#spare();
  }

  /** Gives the complete file its name, replacing what was there. */
  async commit(): Promise<void> {
    await this.complete();
    await onDisk(this.path, () => replaceFile(this.#place.partial, this.path));
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.close();
    await rm(this.#place.partial, { force: true });
  }

  /** Leaves the partial file for a later resume. */
  async close(): Promise<void> {
    await this.#written.catch(() => undefined);
    await this.#file.close();
    this.#spare();
  }

  #spare(): void {
    if (this.#isWriting) return;
    for (const buffer of [this.#gathering, this.#other]) {
      if (buffer.length === gatherBytes && spareBuffers.length < mostSpareBuffers) spareBuffers.push(buffer);
    }
    this.#gathering = this.#other = Buffer.alloc(0);
    this.#gathered = 0;
  }

  /** Returns when there is room to gather more: one buffer is written while the other is filled. */
  async #writeOut(): Promise<void> {
    while (this.#isWriting) await this.#written;
    await this.#written;
    const full = this.#gathering;
    if (this.#gathered === 0) return;
    const bytes = full.subarray(0, this.#gathered);
    const position = this.#offset - this.#gathered;
    this.#gathering = this.#other;
    this.#other = full;
    this.#gathered = 0;
    this.#isWriting = true;
    this.#written = onDisk(this.path, () => writeChunks(this.#file, [bytes], position)).finally(() => {
      this.#isWriting = false;
    });
    // Whoever writes next, or asks for what is on disk, hears of a failure.
    this.#written.catch(() => undefined);
  }
}

function enlarged(full: Buffer): Buffer {
  const larger =
    full.length === 0
      ? Buffer.allocUnsafeSlow(firstGatherBytes)
      : (spareBuffers.pop() ?? Buffer.allocUnsafeSlow(gatherBytes));
  full.copy(larger);
  return larger;
}

/** Makes the partial file anew. What a run that was killed has left of it goes; a link goes, and not what it names. */
async function create(place: FilePlace): Promise<FileHandle> {
  await rm(place.partial, { force: true });
  const file = await open(place.partial, 'wx', place.mode ?? 0o666);
  await keepMode(file, place);
  return file;
}

async function openPart(place: FilePlace, offset: number): Promise<FileHandle> {
  const file = await openExisting(place.partial, offset);
  try {
    const { size } = await file.stat();
    if (size < offset) throw lost(place.partial, offset);
    await keepMode(file, place);
    await file.truncate(offset);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The umask is for new files; a file that is there keeps its permissions. Until it is complete, a resume has to write it. */
async function keepMode(file: FileHandle, { mode }: FilePlace): Promise<void> {
  if (mode !== undefined) await file.chmod(mode | constants.S_IWUSR);
}

function isReadOnly(mode: number): boolean {
  return (mode & constants.S_IWUSR) === 0;
}

async function openExisting(partial: string, offset: number): Promise<FileHandle> {
  try {
    return await open(partial, constants.O_RDWR | constants.O_NOFOLLOW);
  } catch (error) {
    if (['ENOENT', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw lost(partial, offset);
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
