import { Readable } from 'node:stream';
import { UsageError } from '../errors.js';
import { readRows } from '../csv/read-rows.js';

/** A record of a query: the selected paths (`Account.Name`) and their values as text, `''` for null. */
export type QueryRecord = Record<string, string>;

/**
 * The records of a query, read as they are wanted: as events (`record`, `end`, `error`), with `for await`, with
 * `toArray()`, piped as objects, or as CSV with `stream()`. Either records or CSV, and once.
 */
export class RecordStream extends Readable {
  readonly #csv: () => AsyncIterable<Buffer>;
  readonly #delimiter: string;
  #records: AsyncGenerator<QueryRecord> | undefined;
  #bytes: Readable | undefined;

  /** @param csv gives all of the results with one header; called once, when reading begins */
  constructor(csv: () => AsyncIterable<Buffer>, delimiter: string) {
    super({ objectMode: true });
    this.#csv = csv;
    this.#delimiter = delimiter;
  }

  /** The results as CSV bytes. @throws UsageError records have been read already */
  // oxlint-disable-next-line typescript/no-inferrable-types -- it would be inferred as any string
  stream(type: 'csv' = 'csv'): Readable {
    if (this.#records !== undefined || this.#bytes !== undefined) {
      throw new UsageError(`The results are being read already; they cannot be read as ${type} too.`);
    }
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
  override on(event: string | symbol, listener: (...args: never[]) => void): this {
    return super.on(event === 'record' ? 'data' : event, listener as (...args: unknown[]) => void);
  }

  /** Another name of `on`. */
  override addListener(event: string | symbol, listener: (...args: never[]) => void): this {
    return this.on(event, listener);
  }

  /** As `on`, for the next time only. */
  override once(event: string | symbol, listener: (...args: never[]) => void): this {
    return super.once(event === 'record' ? 'data' : event, listener as (...args: unknown[]) => void);
  }

  /** Takes a listener away. */
  override off(event: string | symbol, listener: (...args: never[]) => void): this {
    return super.off(event === 'record' ? 'data' : event, listener as (...args: unknown[]) => void);
  }

  /** Another name of `off`. */
  override removeListener(event: string | symbol, listener: (...args: never[]) => void): this {
    return this.off(event, listener);
  }

  /** All records. For results that do not fit into memory use `for await`. */
  override toArray(options?: { readonly signal?: AbortSignal }): Promise<QueryRecord[]> {
    return super.toArray(options) as Promise<QueryRecord[]>;
  }

  /** Records one by one, read as they are wanted. */
  override [Symbol.asyncIterator](): NodeJS.AsyncIterator<QueryRecord> {
    return super[Symbol.asyncIterator]() as NodeJS.AsyncIterator<QueryRecord>;
  }

  /** @internal */
  override _read(): void {
    if (this.#bytes !== undefined) return;
    this.#records ??= readRows(this.#csv(), this.#delimiter);
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
