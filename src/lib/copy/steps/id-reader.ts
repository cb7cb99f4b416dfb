import { open, type FileHandle } from 'node:fs/promises';
import { idWords } from '../../csv/record-id.js';

const batchIds = 8_192;

/** Reads a file of ids, twelve bytes each, in their order. */
export class IdReader {
  readonly #path: string;
  readonly #words = new Uint32Array(batchIds * idWords);
  #file: FileHandle | undefined;
  #position = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns the numbers of the next ids, valid until the next call; none at the end, when the file is closed */
  async read(): Promise<Uint32Array> {
    this.#file ??= await open(this.#path);
    const bytes = new Uint8Array(this.#words.buffer);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.#file.read(bytes, filled, bytes.length - filled, this.#position);
      if (bytesRead === 0) break;
      filled += bytesRead;
      this.#position += bytesRead;
    }
    if (filled === 0) {
      await this.#file.close();
      this.#file = undefined;
    }
    return this.#words.subarray(0, Math.floor(filled / 4));
  }
}
