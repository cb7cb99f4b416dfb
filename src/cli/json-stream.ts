import type { RecordSink, SinkStart } from '../lib/query/sink.js';
import { openStreamSink } from '../lib/query/sinks/stream-sink.js';

/**
 * Writes `{"status":0,"result":{…,"records":[…]}}` as the records arrive, so that no number of them has to fit into
 * memory. The figures that are known only at the end come after the records.
 */
export class JsonStream {
  readonly #stream: NodeJS.WriteStream;
  #isOpen = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Whether anything was written: from then on the rest has to follow, whatever happens. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(start: SinkStart): RecordSink {
    this.#isOpen = true;
    this.#stream.write('{\n  "status": 0,\n  "result": {\n    "records": ');
    return openStreamSink({ ...start, plan: { ...start.plan, format: 'json' } }, this.#stream);
  }

  /** Ends the document. `rest` are the members of `result` beside the records. */
  close(rest: object, warnings: readonly unknown[]): void {
    const members = JSON.stringify(rest, undefined, 2).slice(1, -1).trimEnd();
    this.#stream.write(
      `,${members.replaceAll('\n', '\n  ')}\n  },\n  "warnings": ${JSON.stringify(warnings)}\n}\n`,
    );
  }
}
