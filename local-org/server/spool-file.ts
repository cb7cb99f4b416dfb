import { open, type FileHandle } from 'node:fs/promises';

const writeBytes = 1024 * 1024;

/** A file that is written in large pieces, one while the next is collected. */
export class SpoolFile {
  readonly #handle: FileHandle;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(path: string): Promise<SpoolFile> {
    return new SpoolFile(await open(path, 'w'));
  }

  /** @returns something to wait for now and then, undefined mostly */
  add(chunk: Buffer): Promise<void> | undefined {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    return this.#waitingBytes < writeBytes ? undefined : this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#writing;
    await this.#handle.close();
  }

  /** Starts to write what has been collected, once the write before has ended. */
  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#writing;
    if (waiting.length > 0) this.#writing = this.#handle.writev(waiting);
  }
}
