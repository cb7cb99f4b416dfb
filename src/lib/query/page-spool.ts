import { open, rm, type FileHandle } from 'node:fs/promises';

/**
 * What a page may take of memory before the rest goes to a file. Little, and not only because several pages wait at a
 * time: chunks that are kept for a while grow old in the collector's eyes, and then 60 MB of them pile up.
 */
const memoryBytes = 256 * 1024;
const readBytes = 256 * 1024;

/** Holds one page until it has proved whole and its turn has come. */
export class PageSpool {
  readonly #path: string;
  #chunks: Buffer[] = [];
  #bytesInMemory = 0;
  #bytesInFile = 0;
  #file: FileHandle | undefined;

  /** @param path of the file that takes what does not fit into memory */
  constructor(path: string) {
    this.#path = path;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#chunks.push(chunk);
    this.#bytesInMemory += chunk.length;
    if (this.#bytesInMemory >= memoryBytes) await this.#flush();
  }

  async *read(): AsyncGenerator<Buffer> {
    if (this.#file !== undefined) yield* readFrom(this.#file, this.#bytesInFile);
    yield* this.#chunks;
  }

  /** Forgets everything, so that the page can be written again from its start. */
  async clear(): Promise<void> {
    this.#chunks = [];
    this.#bytesInMemory = 0;
    this.#bytesInFile = 0;
    await this.#file?.truncate(0);
  }

  async dispose(): Promise<void> {
    this.#chunks = [];
    await this.#file?.close();
    if (this.#file !== undefined) await rm(this.#path, { force: true });
    this.#file = undefined;
  }

  async #flush(): Promise<void> {
    // A run that was killed may have left a file of this name, which `w+` empties.
    this.#file ??= await open(this.#path, 'w+', 0o600);
    await writeAll(this.#file, this.#chunks, this.#bytesInFile);
    this.#bytesInFile += this.#bytesInMemory;
    this.#chunks = [];
    this.#bytesInMemory = 0;
  }
}

/** A disk that is nearly full may take a part of what it is given, and say so only to those who look. */
async function writeAll(file: FileHandle, chunks: readonly Buffer[], position: number): Promise<void> {
  let written = 0;
  for (let rest = chunks; rest.length > 0; rest = after(chunks, written)) {
    const { bytesWritten } = await file.writev(rest, position + written);
    written += bytesWritten;
  }
}

/** What follows the first bytes of the chunks. */
function after(chunks: readonly Buffer[], byteCount: number): Buffer[] {
  let left = byteCount;
  return chunks.flatMap((chunk) => {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    return skipped === chunk.length ? [] : [chunk.subarray(skipped)];
  });
}

async function* readFrom(file: FileHandle, byteCount: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < byteCount;) {
    const chunk = Buffer.allocUnsafe(Math.min(readBytes, byteCount - position));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) throw new Error('A page was cut while it waited for its turn.');
    position += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
