import { rm } from 'node:fs/promises';
import { PartFile } from './part-file.js';

/** Text is made into bytes in pieces of at least this many characters: small buffers are garbage by the thousand. */
const pieceLength = 64 * 1024;

/** Text written in order to a file that appears under its name only when it is complete, readable by its owner only. */
export class TextFile {
  readonly #file: PartFile;
  #piece = '';

  private constructor(file: PartFile) {
    this.#file = file;
  }

  static async open(path: string): Promise<TextFile> {
    return new TextFile(await PartFile.open(path));
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
    await this.#file.close();
    await rm(`${this.#file.path}.part`, { force: true });
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#piece);
    this.#piece = '';
    await this.#file.write(bytes);
  }
}
