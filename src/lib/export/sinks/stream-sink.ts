import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { RecordSink, SinkStart } from './sink.js';
import { outputBytes } from './output-bytes.js';
import { StreamOutput } from './stream-output.js';

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
