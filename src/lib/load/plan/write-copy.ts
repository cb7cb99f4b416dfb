import { createWriteStream } from 'node:fs';
import { open, statfs, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InputError } from '../../errors.js';
import { isFullDisk } from '../../files/file-problem.js';
import { thrownByInput } from '../../abortable.js';

/** Other programs need the disk too: a copy ends before it takes the last of it. */
const sparedBytes = 256 * 1024 * 1024;
const lookEveryBytes = 16 * 1024 * 1024;

export type CopyOptions = {
  readonly path: string;
  /** What messages call the input. */
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  /** Tells how much room a folder has, in bytes. Default: what its file system says. */
  readonly roomIn?: (folder: string) => Promise<number>;
};

/**
 * Writes a copy of an input for this run, readable by its owner only.
 * @throws InputError the disk has no room for it, or the input threw what is no error
 */
export async function writeCopy(bytes: AsyncIterable<Buffer>, options: CopyOptions): Promise<void> {
  const { path, signal } = options;
  try {
    await pipeline(withinRoom(bytes, options), createWriteStream(path, { mode: 0o600 }), { signal });
  } catch (error) {
    throw isFullDisk(error) ? noRoom(options, error) : error;
  }
}

/** A few megabytes of gzip may be gigabytes once they are unpacked. */
async function* withinRoom(bytes: AsyncIterable<Buffer>, options: CopyOptions): AsyncGenerator<Buffer> {
  const room = new Room(options);
  try {
    for await (const chunk of bytes) {
      yield chunk;
      await room.take(chunk.length);
    }
  } catch (thrown) {
    throw thrownByInput(thrown);
  }
}

class Room {
  readonly #options: CopyOptions;
  #untilLook = lookEveryBytes;

  constructor(options: CopyOptions) {
    this.#options = options;
  }

  /** @throws InputError little is left */
  async take(bytes: number): Promise<void> {
    this.#untilLook -= bytes;
    if (this.#untilLook > 0) return;
    this.#untilLook = lookEveryBytes;
    const { path, roomIn = freeBytes } = this.#options;
    if ((await roomIn(dirname(path))) < sparedBytes) throw noRoom(this.#options);
  }
}

/** As `writeCopy`, for who has the bytes piece by piece: a piece is written while the next one is made. */
export class CopyWriter {
  readonly #options: CopyOptions;
  readonly #room: Room;
  #file: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: CopyOptions) {
    this.#options = options;
    this.#room = new Room(options);
  }

  /** Returns when the pieces before are written. @throws InputError the disk has no room for it */
  async write(chunks: readonly Buffer[]): Promise<void> {
    await this.#writing;
    this.#writing = this.#append(chunks);
    // Is told of by the next call, or the last.
    this.#writing.catch(() => undefined);
  }

  /** Everything is written. @throws InputError as `write` */
  async end(): Promise<void> {
    await this.write([]);
    await this.#writing;
    await this.close();
  }

  /** Leaves what there is. */
  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #append(chunks: readonly Buffer[]): Promise<void> {
    try {
      this.#file ??= await open(this.#options.path, 'w', 0o600);
      for (const chunk of chunks) {
        await this.#file.writeFile(chunk);
        await this.#room.take(chunk.length);
      }
    } catch (error) {
      throw isFullDisk(error) ? noRoom(this.#options, error) : error;
    }
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function noRoom({ path, name }: CopyOptions, cause?: unknown): InputError {
  const message = `The disk has no room for a copy of it in ${dirname(path)}.`;
  return new InputError([{ code: 'NO_ROOM', file: name, message }], {
    cause,
    actions: [
      'Free some space, or give the state folder another place with SF_STATE_FOLDER.',
      'A plain CSV file in UTF-8 needs no copy.',
    ],
  });
}
