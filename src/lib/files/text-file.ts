import { type FilePlace, outputPlace, type StreamPlace } from './output-place.js';
import { PartFile } from './part-file.js';
import { writeWhole } from './write-whole.js';
import { randomUUID } from 'node:crypto';
import { onDisk } from './disk-full.js';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Text is made into bytes in pieces of at least this many characters: small buffers are garbage by the thousand. */
const pieceLength = 64 * 1024;

/** Text written in order to a file that appears under its name only when it is complete. */
export class TextFile {
  readonly #file: PartFile;
  #piece = '';

  private constructor(file: PartFile) {
    this.#file = file;
  }

  /** @param where the place of an output, or the path of a file of this tool's own */
  static async open(where: FilePlace | string): Promise<TextFile> {
    return new TextFile(await PartFile.open(where));
  }

  /** @returns what to wait for before the next write, if anything */
  write(text: string): Promise<void> | undefined {
    this.#piece += text;
    return this.#piece.length < pieceLength ? undefined : this.#flush();
  }

  /** Puts the file on disk and gives it its name. */
  async commit(): Promise<void> {
    await this.#flush();
    await this.#file.commit();
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.#file.discard();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#piece);
    this.#piece = '';
    await this.#file.write(bytes);
  }
}

/**
 * Writes a text to what a path names, in one go: a plain file appears when it is complete, a pipe or a device gets the
 * text as it comes.
 * @param path absolute
 */
export async function writeOutput(
  path: string,
  text: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const place = await outputPlace(path, { id: randomUUID() });
  if (place.kind === 'stream') await onDisk(path, () => pipeline(text, openStream(place)));
  else await writeFile(place, text);
}

async function writeFile(place: FilePlace, text: Iterable<string> | AsyncIterable<string>): Promise<void> {
  await writeWhole(await TextFile.open(place), async (file) => {
    for await (const piece of text) await file.write(piece);
  });
}

/** A descriptor is another's, and stays open. */
export function openStream({ path, fd }: StreamPlace): ReturnType<typeof createWriteStream> {
  return fd === undefined
    ? createWriteStream(path, { flags: 'a' })
    : createWriteStream('', { fd, autoClose: false });
}
