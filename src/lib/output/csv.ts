import { delimiterCharacters } from '../api/types.js';
import type { ResultWriter, ResultWriterOptions } from './writer.js';

const LF = 0x0a;

/** Passes rows through, byte by byte: delimiter and line ending were asked of the service itself. */
export class CsvWriter implements ResultWriter {
  readonly #header: Buffer;
  readonly #lineEnding: Buffer;
  #hasRows: boolean;
  #lastByte: number = LF;

  constructor(options: ResultWriterOptions) {
    this.#lineEnding = Buffer.from(options.lineEnding === 'CRLF' ? '\r\n' : '\n');
    const names = options.columns.map((column) => `"${column.replaceAll('"', '""')}"`);
    this.#header = Buffer.concat([
      Buffer.from(options.bom === true ? '\uFEFF' : ''),
      Buffer.from(names.join(delimiterCharacters[options.delimiter])),
      this.#lineEnding,
    ]);
    this.#hasRows = options.hasEarlierRows ?? false;
  }

  push(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk;
    this.#lastByte = chunk[chunk.length - 1] ?? LF;
    if (this.#hasRows) return chunk;
    this.#hasRows = true;
    return Buffer.concat([this.#header, chunk]);
  }

  endPage(): Buffer {
    if (this.#lastByte === LF) return Buffer.alloc(0);
    this.#lastByte = LF;
    return this.#lineEnding;
  }

  end(): Buffer {
    const tail = this.endPage();
    return this.#hasRows ? tail : this.#header;
  }
}
