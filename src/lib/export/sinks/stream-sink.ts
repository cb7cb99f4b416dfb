import type { Writable } from 'node:stream';
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
