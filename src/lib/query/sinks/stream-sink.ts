import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { writePage } from '../../formats/result-writer.js';
import type { RecordSink, SinkStart } from '../sink.js';
import { writerFor } from './file-sink.js';

/** The reader at the other end of the pipe has had enough, as `head` does: there is nobody left to write for. */
export class OutputClosedError extends Error {}

/** Writes records to a stream, such as standard output, as fast as it takes them. The stream is not ended. */
export function openStreamSink(start: SinkStart, stream: Writable): RecordSink {
  const writer = writerFor(start);
  let failure: unknown;
  const onError = (error: NodeJS.ErrnoException): void => {
    failure = error.code === 'EPIPE' ? new OutputClosedError('The output was closed.') : error;
  };
  stream.on('error', onError);

  async function write(bytes: Buffer): Promise<void> {
    if (failure !== undefined) throw failure as Error;
    if (bytes.length > 0 && !stream.write(bytes)) await drained(stream);
  }

  return {
    async page(data) {
      for await (const bytes of writePage(writer, data)) await write(bytes);
      return 0;
    },
    async finish() {
      await write(writer.end());
      await new Promise<void>((resolve, reject) => {
        stream.write('', (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
      stream.off('error', onError);
    },
    abandon: () => Promise.resolve(),
  };
}

/** Returns when the stream takes more, or has failed: the next write tells. */
async function drained(stream: Writable): Promise<void> {
  await once(stream, 'drain').catch(() => undefined);
}
