import type { Writable } from 'node:stream';
import { type RecordSink, type SinkStart, outputBytes, StreamOutput } from '../../lib/export/export.js';

/** What the command ends with: a result, or an error with what is known so far. */
export type JsonDocument = { readonly result?: object; readonly message?: string };

/**
 * Writes `{"result":{"records":[…],…},"status":0}` as the records arrive, so that no number of them has to fit into
 * memory. The figures that are known only at the end come after the records, and so does an error.
 */
export class JsonStream {
  readonly #openStream: () => Writable;
  #isOpen = false;

  /** @param openStream called with the first record */
  constructor(openStream: () => Writable) {
    this.#openStream = openStream;
  }

  /** Whether anything was written: from then on the rest has to follow, whatever happens. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  async open(start: SinkStart): Promise<RecordSink> {
    const bytes = await outputBytes(start);
    const stream = this.#openStream();
    this.#isOpen = true;
    stream.write('{\n  "result": {\n    "records": ');
    const output = new StreamOutput(stream);
    return {
      async page(data) {
        for await (const chunk of bytes.page(data)) await output.write(chunk);
        return 0;
      },
      async finish() {
        let end = '';
        for await (const chunk of bytes.end(output.isEmpty)) end += chunk.toString();
        await output.write(end.trimEnd());
        await output.flush();
      },
      async abandon() {
        // Output ends between two records, wherever it was stopped. Nobody is told when it takes no more.
        const close = async (): Promise<void> => {
          await output.write(output.isEmpty ? '[]' : '\n]');
          await output.flush();
        };
        await close().catch(() => undefined);
      },
    };
  }

  /** What ends the document: the members of `result` beside the records, then all the others. */
  tail({ result, ...rest }: JsonDocument): string {
    return `${membersOf(result ?? {}, 4)}\n  }${membersOf(rest, 2)}\n}\n`;
  }
}

/** Members to follow others in an object, each on a line. */
function membersOf(value: object, indent: number): string {
  const margin = ' '.repeat(indent);
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => {
      const text = JSON.stringify(each, undefined, 2).replaceAll('\n', `\n${margin}`);
      return `,\n${margin}${JSON.stringify(name)}: ${text}`;
    })
    .join('');
}
