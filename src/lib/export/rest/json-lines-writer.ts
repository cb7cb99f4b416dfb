import type { ResultWriter } from '../../output/writer.js';

/** Takes records that are JSON already, each on a line of its own, and frames them as an array. */
export class JsonLinesWriter implements ResultWriter {
  readonly #isArray: boolean;
  /** What comes before the next byte. */
  #before = '[\n';

  constructor(format: 'json' | 'ndjson') {
    this.#isArray = format === 'json';
  }

  push(chunk: Buffer): Buffer {
    if (!this.#isArray || chunk.length === 0) return chunk;
    // Latin-1 keeps every byte, and no byte of JSON text but a line ending is 0x0a.
    const text = chunk.toString('latin1');
    const endsRecord = text.endsWith('\n');
    const records = endsRecord ? text.slice(0, -1) : text;
    const output = this.#before + records.replaceAll('\n', ',\n');
    this.#before = endsRecord ? ',\n' : '';
    return Buffer.from(output, 'latin1');
  }

  endPage(): Buffer {
    return Buffer.alloc(0);
  }

  end(): Buffer {
    if (!this.#isArray) return Buffer.alloc(0);
    return Buffer.from(this.#before === '[\n' ? '[]\n' : '\n]\n');
  }
}
