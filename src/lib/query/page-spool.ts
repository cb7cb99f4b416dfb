import { open, rm, type FileHandle } from 'node:fs/promises';

/** What a page may take of memory before the rest goes to a file: pages wait for their turn, several at a time. */
const memoryBytes = 2 * 1024 * 1024;
const readBytes = 256 * 1024;

/** Holds one page until it has proved whole and its turn has come. */
export class PageSpool {
  readonly #path: string;
  #chunks: Buffer[] = [];
  #bytesInMemory = 0;
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
    if (this.#file !== undefined) yield* readFrom(this.#file);
    yield* this.#chunks;
  }

  /** Forgets everything, so that the page can be written again from its start. */
  async clear(): Promise<void> {
    this.#chunks = [];
    this.#bytesInMemory = 0;
    await this.#file?.truncate(0);
  }

  async dispose(): Promise<void> {
    this.#chunks = [];
    await this.#file?.close();
    if (this.#file !== undefined) await rm(this.#path, { force: true });
    this.#file = undefined;
  }

  async #flush(): Promise<void> {
    // Append mode: a page that is written again after a truncation starts at the file's new end.
    this.#file ??= await open(this.#path, 'a+', 0o600);
    await this.#file.writev(this.#chunks);
    this.#chunks = [];
    this.#bytesInMemory = 0;
  }
}

async function* readFrom(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const chunk = Buffer.allocUnsafe(readBytes);
    const { bytesRead } = await file.read(chunk, 0, readBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
