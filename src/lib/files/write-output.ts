import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { outputPlace, type FilePlace, type StreamPlace } from './output-place.js';
import { TextFile } from './text-file.js';

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
  if (place.kind === 'stream') await pipeline(text, openStream(place));
  else await writeFile(place, text);
}

async function writeFile(place: FilePlace, text: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const file = await TextFile.open(place);
  try {
    for await (const piece of text) await file.write(piece);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** A descriptor is another's, and stays open. */
export function openStream({ path, fd }: StreamPlace): ReturnType<typeof createWriteStream> {
  return fd === undefined
    ? createWriteStream(path, { flags: 'a' })
    : createWriteStream('', { fd, autoClose: false });
}
