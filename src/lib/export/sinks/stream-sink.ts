import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';
import { OutputClosedError, OutputError } from './errors.js';
import type { RecordSink, SinkStart } from './sink.js';
import { outputBytes } from './output-bytes.js';

/** Writes records to a stream, such as standard output. The stream is not ended. */
export async function openStreamSink(start: SinkStart, stream: Writable): Promise<RecordSink> {
  const bytes = await outputBytes(start);
  const output = new StreamOutput(stream);
  return {
    async page(data) {
      for await (const chunk of bytes.page(data)) await output.write(chunk);
      return 0;
    },
    async finish() {
      for await (const chunk of bytes.end(output.isEmpty)) await output.write(chunk);
      await output.flush();
    },
    abandon: () => Promise.resolve(),
  };
}

/** The same to a stream that is opened for it, and ends with the records, or where they stop. */
export async function endingSink(start: SinkStart, stream: Writable): Promise<RecordSink> {
  const sink = await openStreamSink(start, stream);
  const end = async (): Promise<void> => {
    stream.end();
    await finished(stream).catch(() => undefined);
  };
  return {
    ...sink,
    async finish(facts) {
      await sink.finish(facts);
      await end();
    },
    async abandon() {
      // Nobody may ever come to read a pipe.
      stream.destroy();
      return Promise.resolve();
    },
  };
}

/** A stream that is written to as fast as it takes it. Its failures are told to whoever writes next. */
export class StreamOutput {
  /** Whether nothing was written so far. */
  isEmpty = true;
  readonly #stream: Writable;
  #failure: Error | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    // Standard output forgets its errors when it has told them. The listener stays for good: a pipe may break after
    // its last write, when nobody else is left to hear of it.
    stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  /** @throws OutputClosedError | OutputError */
  async write(chunk: Buffer | string): Promise<void> {
    this.#throwFailure();
    if (chunk.length === 0) return;
    this.isEmpty = false;
    if (!this.#stream.write(chunk)) await this.#drained();
  }

  /** Returns when the stream has passed everything on. @throws OutputClosedError | OutputError */
  async flush(): Promise<void> {
    this.#throwFailure();
    await new Promise<void>((resolve, reject) => {
      this.#stream.write('', (error) => {
        if (error == null) resolve();
        else reject(streamFailure(error));
      });
    });
  }

  #throwFailure(): void {
    // A stream has its error at once, and tells of it a moment later.
    const failure = this.#failure ?? this.#stream.errored;
    if (failure !== null) throw streamFailure(failure);
    if (this.#stream.destroyed) throw new OutputClosedError('The output was closed.');
  }

  /** Returns when the stream takes more, or never will: the next write tells. */
  async #drained(): Promise<void> {
    if (this.#failure !== undefined || this.#stream.destroyed) return;
    const stop = new AbortController();
    const heard = ['drain', 'close'].map((event) => once(this.#stream, event, { signal: stop.signal }));
    await Promise.race(heard).catch(() => undefined);
    stop.abort();
    await Promise.allSettled(heard);
  }
}

function streamFailure(error: Error): Error {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED'
    ? new OutputClosedError('The output was closed.', { cause: error })
    : new OutputError(`Could not write the records: ${error.message}.`, { cause: error });
}
