import { createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InputError } from '../../errors.js';
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
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') throw noRoom(options, error);
    throw error;
  }
}

/** A few megabytes of gzip may be gigabytes once they are unpacked. */
async function* withinRoom(bytes: AsyncIterable<Buffer>, options: CopyOptions): AsyncGenerator<Buffer> {
  const folder = dirname(options.path);
  const roomIn = options.roomIn ?? freeBytes;
  let untilLook = lookEveryBytes;
  try {
    for await (const chunk of bytes) {
      yield chunk;
      untilLook -= chunk.length;
      if (untilLook > 0) continue;
      untilLook = lookEveryBytes;
      if ((await roomIn(folder)) < sparedBytes) throw noRoom(options);
    }
  } catch (thrown) {
    throw thrownByInput(thrown);
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
