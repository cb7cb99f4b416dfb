import { open, rm, type FileHandle } from 'node:fs/promises';
import { ReceivedChunks, takeBuffer } from '../api/receive-buffers.js';
import { writeChunks } from './write-chunks.js';

/**
 * What a page may take of memory before the rest goes to a file. Little, and not only because several pages wait at a
 * time: chunks that are kept for a while grow old in the collector's eyes, and then 60 MB of them pile up.
 */
const memoryBytes = 256 * 1024;

/** Holds one page until it has proved whole and its turn has come. */
export class PageSpool {
  readonly #path: string;
  #chunks: Buffer[] = [];
  #bytesInMemory = 0;
  #bytesInFile = 0;
  #file: FileHandle | undefined;
  #received = new ReceivedChunks();

  /** @param path of the file that takes what does not fit into memory */
  constructor(path: string) {
    this.#path = path;
  }

  /** @returns a promise when the bytes are on their way to the file: the next ones have to wait for it */
  write(chunk: Buffer): Promise<void> | undefined {
    this.#chunks.push(chunk);
    this.#bytesInMemory += chunk.length;
    return this.#bytesInMemory >= memoryBytes ? this.#flush() : undefined;
  }

  /** From now on, what is not in the file is the reader's to release. */
  async *read(): AsyncGenerator<Buffer> {
    this.#received = new ReceivedChunks();
    if (this.#file !== undefined) yield* readFrom(this.#file, this.#bytesInFile);
    yield* this.#chunks;
  }

  /** Forgets everything, so that the page can be written again from its start. */
  async clear(): Promise<void> {
    this.#chunks = [];
    this.#bytesInMemory = 0;
    this.#bytesInFile = 0;
    this.#received = new ReceivedChunks();
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
    await writeChunks(this.#file, this.#chunks, this.#bytesInFile);
    this.#bytesInFile += this.#bytesInMemory;
    for (const chunk of this.#chunks) this.#received.release(chunk);
    this.#chunks = [];
    this.#bytesInMemory = 0;
  }
}

async function* readFrom(file: FileHandle, byteCount: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < byteCount;) {
    const chunk = takeBuffer();
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, byteCount - position), position);
    if (bytesRead === 0) throw new Error('A page was cut while it waited for its turn.');
    position += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
