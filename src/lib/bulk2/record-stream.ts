/* oxlint-disable typescript/no-explicit-any -- listeners of any other event, as every emitter has them */
import { Readable } from 'node:stream';
import { abortionFor } from '../abortable.js';
import { UsageError } from '../errors.js';

/** A record of a query: the selected paths (`Account.Name`) and their values as text, `''` for null. */
export type QueryRecord = Record<string, string>;

/**
 * The records of a query, read as they are wanted: as events (`record`, `end`, `error`), with `for await`, with
 * `toArray()`, piped as objects, or as CSV with `stream()`. Either records or CSV, and once.
 */
export class RecordStream<R extends object = QueryRecord> extends Readable {
  readonly #csv: () => AsyncIterable<Buffer>;
  readonly #read: (csv: AsyncIterable<Buffer>) => AsyncGenerator<R, void, undefined>;
  #records: AsyncGenerator<R, void, undefined> | undefined;
  #bytes: Readable | undefined;

  /**
   * @param csv gives all of the results with one header; called once, when reading begins
   * @param read makes records of it
   */
  constructor(
    csv: () => AsyncIterable<Buffer>,
    read: (csv: AsyncIterable<Buffer>) => AsyncGenerator<R, void, undefined>,
  ) {
    super({ objectMode: true });
    this.#csv = csv;
    this.#read = read;
  }

  /** The results as CSV bytes. @throws UsageError records have been read already */
  // oxlint-disable-next-line typescript/no-inferrable-types -- it would be inferred as any string
  stream(type: 'csv' = 'csv'): Readable {
    if (this.#records !== undefined || this.#bytes !== undefined) {
      throw new UsageError(`The results are being read already; they cannot be read as ${type} too.`);
    }
    if (this.destroyed) return new Readable().destroy(this.errored ?? abortionFor(undefined));
    const bytes = Readable.from(this.#csv(), { objectMode: false });
    this.#bytes = bytes;
    // Whoever listens on the record stream hears of the end and of errors as well.
    bytes.once('end', () => this.resume().push(null));
    bytes.once('error', (error) => {
      // Heard on the bytes is heard. Heard by nobody must end the process: `pipe` alone leaves a cut file behind.
      if (bytes.listenerCount('error') > 0) this.on('error', () => undefined);
      this.destroy(error);
    });
    bytes.once('close', () => {
      if (!bytes.readableEnded) this.destroy();
    });
    return bytes;
  }

  /** `record` is another name of `data`. */
  override on(event: 'record' | 'data', listener: (record: R) => void): this;
  override on(event: 'error', listener: (error: Error) => void): this;
  override on(event: 'end' | 'close' | 'pause' | 'resume' | 'readable', listener: () => void): this;
  override on(event: string | symbol, listener: (...args: any[]) => void): this;
  override on(event: string | symbol, listener: (...args: any[]) => void): this {
    return super.on(event === 'record' ? 'data' : event, listener);
  }

  /** Another name of `on`. */
  override addListener(event: 'record' | 'data', listener: (record: R) => void): this;
  override addListener(event: 'error', listener: (error: Error) => void): this;
  override addListener(event: 'end' | 'close' | 'pause' | 'resume' | 'readable', listener: () => void): this;
  override addListener(event: string | symbol, listener: (...args: any[]) => void): this;
  override addListener(event: string | symbol, listener: (...args: any[]) => void): this {
    return this.on(event, listener);
  }

  /** As `on`, for the next time only. */
  override once(event: 'record' | 'data', listener: (record: R) => void): this;
  override once(event: 'error', listener: (error: Error) => void): this;
  override once(event: 'end' | 'close' | 'pause' | 'resume' | 'readable', listener: () => void): this;
  override once(event: string | symbol, listener: (...args: any[]) => void): this;
  override once(event: string | symbol, listener: (...args: any[]) => void): this {
    return super.once(event === 'record' ? 'data' : event, listener);
  }

  /** As `on`, before the listeners that are there. */
  override prependListener(event: 'record' | 'data', listener: (record: R) => void): this;
  override prependListener(event: 'error', listener: (error: Error) => void): this;
  override prependListener(
    event: 'end' | 'close' | 'pause' | 'resume' | 'readable',
    listener: () => void,
  ): this;
  override prependListener(event: string | symbol, listener: (...args: any[]) => void): this;
  override prependListener(event: string | symbol, listener: (...args: any[]) => void): this {
    return super.prependListener(event === 'record' ? 'data' : event, listener);
  }

  /** Takes a listener away. */
  override off(event: 'record' | 'data', listener: (record: R) => void): this;
  override off(event: 'error', listener: (error: Error) => void): this;
  override off(event: 'end' | 'close' | 'pause' | 'resume' | 'readable', listener: () => void): this;
  override off(event: string | symbol, listener: (...args: any[]) => void): this;
  override off(event: string | symbol, listener: (...args: any[]) => void): this {
    return super.off(event === 'record' ? 'data' : event, listener);
  }

  /** Another name of `off`. */
  override removeListener(event: 'record' | 'data', listener: (record: R) => void): this;
  override removeListener(event: 'error', listener: (error: Error) => void): this;
  override removeListener(
    event: 'end' | 'close' | 'pause' | 'resume' | 'readable',
    listener: () => void,
  ): this;
  override removeListener(event: string | symbol, listener: (...args: any[]) => void): this;
  override removeListener(event: string | symbol, listener: (...args: any[]) => void): this {
    return this.off(event, listener);
  }

  /** All records. For results that do not fit into memory use `for await`. */
  override toArray(options?: { readonly signal?: AbortSignal }): Promise<R[]> {
    return super.toArray(options) as Promise<R[]>;
  }

  /** Records one by one, read as they are wanted. @throws UsageError they have been read already */
  override [Symbol.asyncIterator](): NodeJS.AsyncIterator<R> {
    if (this.readableEnded || this.#bytes !== undefined) {
      throw new UsageError('The records have been read already.', {
        actions: ['Read them again from the job: await job.result().'],
      });
    }
    return super[Symbol.asyncIterator]() as NodeJS.AsyncIterator<R>;
  }

  /** @internal */
  override _read(): void {
    if (this.#bytes !== undefined) return;
    this.#records ??= this.#read(this.#csv());
    // A listener that throws, throws in `push`.
    this.#records
      .next()
      .then(({ done, value }) => this.push(done === true ? null : value))
      .catch((error: unknown) => this.destroy(error as Error));
  }

  /** @internal */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#bytes?.destroy(error ?? undefined);
    const ended = this.#records?.return(undefined) ?? Promise.resolve();
    ended.then(
      () => callback(error),
      () => callback(error),
    );
  }
}
