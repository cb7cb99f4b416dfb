import { open, rm, type FileHandle } from 'node:fs/promises';
import { onDisk } from './disk-full.js';
import { writeChunks } from './write-chunks.js';

/**
 * What a page may take of memory before the rest goes to a file. Little, and not only because several pages wait at a
 * time: chunks that are kept for a while grow old in the collector's eyes, and then 60 MB of them pile up.
 */
const memoryBytes = 256 * 1024;

/** What is read from the file at a time. */
const readBytes = 256 * 1024;

/** Holds one page until it has proved whole and its turn has come. */
export class PageSpool {
  readonly #path: string | undefined;
  #chunks: Buffer[] = [];
  #bytesInMemory = 0;
  #bytesInFile = 0;
  #file: FileHandle | undefined;

  /** @param path of the file that takes what does not fit into memory; absent: all of it stays there */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** @returns a promise when the bytes are on their way to the file: the next ones have to wait for it */
  write(chunk: Buffer): Promise<void> | undefined {
    this.#chunks.push(chunk);
    this.#bytesInMemory += chunk.length;
    return this.isFull && this.#path !== undefined ? this.#flush(this.#path) : undefined;
  }

  /** Whether it has as much in memory as it should. */
  get isFull(): boolean {
    return this.#bytesInMemory >= memoryBytes;
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
    if (this.#file !== undefined && this.#path !== undefined) await rm(this.#path, { force: true });
    this.#file = undefined;
  }

  async #flush(path: string): Promise<void> {
    // A run that was killed may have left a file of this name, which `w+` empties.
    const file = (this.#file ??= await onDisk(path, () => open(path, 'w+', 0o600)));
    await onDisk(path, () => writeChunks(file, this.#chunks, this.#bytesInFile));
    this.#bytesInFile += this.#bytesInMemory;
    this.#chunks = [];
    this.#bytesInMemory = 0;
  }
}

async function* readFrom(file: FileHandle, byteCount: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < byteCount;) {
    const chunk = Buffer.allocUnsafeSlow(readBytes);
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, byteCount - position), position);
    if (bytesRead === 0) throw new Error('A page was cut while it waited for its turn.');
    position += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
