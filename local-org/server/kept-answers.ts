import { Readable } from 'node:stream';

/**
 * Makes answers that come again only once: an org on the machine of its client should not take from it the processor that
 * a real one does not.
 */
export class KeptAnswers {
  readonly #maxBytes: number;
  readonly #kept = new Map<string, readonly Buffer[]>();
  #bytes = 0;

  /** @param maxBytes of all that is kept; the oldest make room */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * What was made before, or what is made now, which is kept when it is read to its end.
   * @param same what tells the same answer again; undefined where there is no such thing
   */
  chunks(same: string | undefined, make: () => AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    if (same === undefined) return make();
    const kept = this.#kept.get(same);
    return kept === undefined ? this.#keeping(make(), same) : Readable.from(kept);
  }

  async *#keeping(chunks: AsyncIterable<Buffer>, same: string): AsyncGenerator<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of chunks) {
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
      if (this.#bytes <= this.#maxBytes) return;
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
