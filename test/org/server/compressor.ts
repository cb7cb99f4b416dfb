import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';

const keptBytes = 64 * 1024 * 1024;

/**
 * Compresses answers, those that come again only once: an org on the machine of its client should not take from it the
 * processor that a real one does not.
 */
export class Compressor {
  readonly #kept = new Map<string, readonly Buffer[]>();
  #bytes = 0;

  /** @param same what tells the same answer again, where there is such a thing */
  gzip(chunks: AsyncIterable<Buffer>, same?: string): AsyncIterable<Buffer> {
    const kept = same === undefined ? undefined : this.#kept.get(same);
    if (kept !== undefined) return Readable.from(kept);
    const zip = createGzip({ level: constants.Z_BEST_SPEED });
    pipeline(Readable.from(chunks), zip, () => undefined);
    return same === undefined ? zip : this.#keeping(zip, same);
  }

  async *#keeping(zip: AsyncIterable<Buffer>, same: string): AsyncGenerator<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of zip) {
      pieces.push(piece);
      yield piece;
    }
    this.#keep(same, pieces);
  }

  #keep(same: string, pieces: readonly Buffer[]): void {
    this.#forget(same);
    this.#kept.set(same, pieces);
    this.#bytes += bytesOf(pieces);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= keptBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(same: string): void {
    this.#bytes -= bytesOf(this.#kept.get(same) ?? []);
    this.#kept.delete(same);
  }
}

function bytesOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
