import { PageSpool } from '../../files/spool.js';

/** A page does not arrive whole and is fetched again: what was read of it so far is void. */
export class PageRestartedError extends Error {}

/** What may wait for a reader that has come: to stop a download and go on costs more than to take some more of it. */
const queueBytes = 1024 * 1024;

/**
 * One page on its way from its download to its reader. Until the reader comes, it is held; then what was held is read,
 * and whatever arrives after that is handed through.
 */
export class PageFlow {
  readonly #spool: PageSpool;
  #attempt = 0;
  #isRead = false;
  #isClosed = false;
  #isWriterWaiting = false;
  #stored: Promise<void> | undefined;
  #queued: Buffer[] = [];
  #queuedBytes = 0;
  #end: 'whole' | { readonly failure: unknown } | undefined;
  #change = Promise.withResolvers<undefined>();

  /** @param path of the file that takes what does not fit into memory; absent: the download waits for the reader */
  constructor(path: string | undefined) {
    this.#spool = new PageSpool(path);
  }

  /** Begins the page, or begins it again. Returns when no reader is left of what came before. */
  async restart(): Promise<void> {
    this.#attempt += 1;
    this.#queued = [];
    this.#queuedBytes = 0;
    this.#changed();
    while (this.#isRead && !this.#isClosed) await this.#change.promise;
    await this.#spool.clear();
  }

  /** @returns a promise when the next bytes have to wait, for the disk or for the reader */
  write(chunk: Buffer): Promise<void> | undefined {
    return this.#isRead ? this.#queue(chunk) : this.#store(chunk);
  }

  /** The page has proved whole. */
  end(): void {
    this.#end = 'whole';
    this.#changed();
  }

  /** The page will never be whole; the reader hears of it. */
  fail(failure: unknown): void {
    this.#end = { failure };
    this.#changed();
  }

  /**
   * The page's bytes, for one reader. It ends when the page has proved whole.
   * @throws PageRestartedError the page begins again, and may be read again; or whatever its download failed with
   */
  async *read(): AsyncGenerator<Buffer, void, undefined> {
    const attempt = this.#attempt;
    this.#isRead = true;
    this.#changed();
    try {
      await this.#stored;
      for await (const chunk of this.#spool.read()) {
        yield chunk;
        this.#requireSame(attempt);
      }
      this.#requireSame(attempt);
      for (;;) {
        const chunk = this.#queued.shift();
        if (chunk === undefined) {
          if (this.#end === 'whole') return;
          if (this.#end !== undefined) throw this.#end.failure;
          await this.#change.promise;
          this.#requireSame(attempt);
          continue;
        }
        yield chunk;
        this.#requireSame(attempt);
        this.#queuedBytes -= chunk.length;
        if (this.#isWriterWaiting && this.#queuedBytes === 0) this.#changed();
      }
    } finally {
      this.#isRead = false;
      this.#changed();
    }
  }

  /** Whoever still writes is told that nobody reads any more. */
  close(): void {
    this.#isClosed = true;
    this.#changed();
  }

  /** To be called when nobody writes any more. */
  async dispose(): Promise<void> {
    await this.#spool.dispose();
  }

  #requireSame(attempt: number): void {
    if (attempt !== this.#attempt) throw new PageRestartedError('The page begins again.');
  }

  #store(chunk: Buffer): Promise<void> | undefined {
    this.#stored = this.#spool.write(chunk);
    return this.#stored ?? (this.#spool.isFull ? this.#untilRead() : undefined);
  }

  async #untilRead(): Promise<void> {
    while (!this.#isRead) {
      if (this.#isClosed) throw new Error('Nobody reads the page.');
      await this.#change.promise;
    }
  }

  #queue(chunk: Buffer): Promise<void> | undefined {
    this.#queued.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queued.length === 1) this.#changed();
    return this.#queuedBytes < queueBytes ? undefined : this.#untilTaken();
  }

  async #untilTaken(): Promise<void> {
    this.#isWriterWaiting = true;
    while (this.#queuedBytes > 0) {
      if (this.#isClosed) throw new Error('Nobody reads the page any more.');
      await this.#change.promise;
    }
    this.#isWriterWaiting = false;
  }

  #changed(): void {
    this.#change.resolve(undefined);
    this.#change = Promise.withResolvers<undefined>();
  }
}
