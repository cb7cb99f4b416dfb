import { closeSync, fsyncSync, openSync, readSync } from 'node:fs';
import { writeFully } from '../../files/disk-full.js';
import { ByteSink } from '../../output/byte-sink.js';

const indexBytes = 8;
const flushBytes = 256 * 1024;

/**
 * Keeps cells beside the rows of a spool, in their order: the cells of a row as CSV, one row behind the other, and in a
 * file beside it where each row's end.
 */
export class KeptWriter {
  readonly path: string;
  readonly #files: readonly [lines: number, ends: number];
  readonly #lines = new ByteSink();
  readonly #ends = new ByteSink();
  #written = 0;
  #isClosed = false;

  constructor(path: string) {
    this.path = path;
    this.#files = [openSync(path, 'w', 0o600), openSync(endsPath(path), 'w', 0o600)];
  }

  /** Takes the cells of the next row. */
  add(cells: Uint8Array): void {
    this.#lines.append(cells);
    this.#ends.reserve(indexBytes);
    this.#ends.length = this.#ends.bytes.writeDoubleLE(this.#written + this.#lines.length, this.#ends.length);
    if (this.#lines.length >= flushBytes || this.#ends.length >= flushBytes) this.#flush();
  }

  /** Puts all on disk. Can be repeated. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#flush();
    for (const file of this.#files) {
      fsyncSync(file);
      closeSync(file);
    }
  }

  #flush(): void {
    this.#written += this.#lines.length;
    for (const [nth, sink] of [this.#lines, this.#ends].entries()) {
      const file = { fd: this.#files[nth] ?? -1, path: this.path };
      writeFully(file, sink.bytes.subarray(0, sink.length));
      sink.length = 0;
    }
  }
}

/** Reads what was kept of single rows. Those that follow each other are read at once. */
export class KeptReader implements Disposable {
  readonly #lines: Window;
  readonly #ends: Window;

  constructor(path: string) {
    this.#lines = new Window(path);
    this.#ends = new Window(endsPath(path));
  }

  /** The cells of a row of the spool, from 1, as CSV; valid until the next one is asked for. */
  read(row: number): Buffer {
    const from = row === 1 ? 0 : this.#endOf(row - 1);
    return this.#lines.read(from, this.#endOf(row) - from);
  }

  [Symbol.dispose](): void {
    this.#lines[Symbol.dispose]();
    this.#ends[Symbol.dispose]();
  }

  #endOf(row: number): number {
    return this.#ends.read((row - 1) * indexBytes, indexBytes).readDoubleLE();
  }
}

const windowBytes = 64 * 1024;

/** A stretch of a file. */
class Window implements Disposable {
  readonly #fd: number;
  #bytes = Buffer.allocUnsafeSlow(windowBytes);
  #start = 0;
  #length = 0;

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
  }

  read(from: number, length: number): Buffer {
    const at = from - this.#start;
    if (at >= 0 && at + length <= this.#length) return this.#bytes.subarray(at, at + length);
    if (length > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(2 * length);
    this.#length = readSync(this.#fd, this.#bytes, 0, this.#bytes.length, from);
    if (this.#length < length) throw new Error('What was kept of a row is gone.');
    this.#start = from;
    return this.#bytes.subarray(0, length);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** The file beside the cells that says where those of each row end. */
export function endsPath(path: string): string {
  return `${path}.ends`;
}
