import { QUOTE } from './bytes.js';
import { ResultFormatError } from './record-reader.js';
import { beginning, countRows, type RowPosition } from './count-rows.js';

const LF = 0x0a;
const CR = 0x0d;

/** A query has 100,000 characters at the most (SOQL guide: Limits), and its names come back in quotes. */
const mostHeaderBytes = 1024 * 1024;

export type CsvPageSummary = {
  /** Records after the header; blank lines are none. */
  readonly rows: number;
  /** The header's bytes without its line ending; empty when the page had no bytes at all. */
  readonly header: Buffer;
  /** The line ending after the header; undefined when nothing followed it. */
  readonly headerTerminator: 'LF' | 'CRLF' | undefined;
  /** False when the page stops inside a quoted value or inside the header: it was cut off. */
  readonly isComplete: boolean;
  /** False when the last row has no line ending: add one before appending another page. */
  readonly endsWithNewline: boolean;
};

/**
 * Passes one page of results through as it is downloaded, counting its records and, on request, taking its header
 * away. The bytes are looked at and never changed or copied, whatever the chunks they come in.
 */
export class CsvPage {
  readonly #skipHeader: boolean;
  readonly #headerPieces: Buffer[] = [];
  #inHeader = true;
  #isHeaderQuoted = false;
  #headerBytes = 0;
  #position: RowPosition = beginning;

  /** With `skipHeader`, as for every page of an export but the first, `push` hands out the rows only. */
  constructor({ skipHeader }: { readonly skipHeader: boolean }) {
    this.#skipHeader = skipHeader;
  }

  /** Records that were complete so far. */
  get rows(): number {
    return this.#position.rows;
  }

  /** The header's bytes without its line ending; undefined before it is there. */
  get header(): Buffer | undefined {
    return this.#inHeader ? undefined : withoutCr(Buffer.concat(this.#headerPieces));
  }

  /**
   * Takes the page's next bytes; returns what belongs in the output, sharing memory with `chunk`.
   * @throws ResultFormatError the header does not end
   */
  push(chunk: Buffer): Buffer | undefined {
    if (chunk.length === 0) return undefined;
    const rowsStart = this.#inHeader ? this.#takeHeader(chunk) : 0;
    const rows = rowsStart < chunk.length ? chunk.subarray(rowsStart) : undefined;
    if (rows !== undefined) this.#position = countRows(rows, this.#position);
    return this.#skipHeader ? rows : chunk;
  }

  /** Closes the page. A last row without a line ending counts. */
  end(): CsvPageSummary {
    const line = Buffer.concat(this.#headerPieces);
    const { rows, isQuoted, pendingBytes, lastByte } = this.#position;
    const unfinishedBytes = pendingBytes - (lastByte === CR ? 1 : 0);
    return {
      rows: rows + (unfinishedBytes > 0 ? 1 : 0),
      header: withoutCr(line),
      headerTerminator: this.#inHeader ? undefined : line.at(-1) === CR ? 'CRLF' : 'LF',
      isComplete: !isQuoted && !this.#isHeaderQuoted,
      endsWithNewline: !this.#inHeader && !isQuoted && (lastByte ?? LF) === LF,
    };
  }

  /** Keeps the header's bytes; returns the offset of what follows it. */
  #takeHeader(chunk: Buffer): number {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) this.#isHeaderQuoted = !this.#isHeaderQuoted;
      if (byte !== LF || this.#isHeaderQuoted) continue;
      this.#headerPieces.push(Buffer.from(chunk.subarray(0, at)));
      this.#inHeader = false;
      return at + 1;
    }
    this.#headerBytes += chunk.length;
    if (this.#headerBytes > mostHeaderBytes) throw new ResultFormatError('Its header is longer than 1 MB.');
    this.#headerPieces.push(Buffer.from(chunk));
    return chunk.length;
  }
}

function withoutCr(line: Buffer): Buffer {
  return line.at(-1) === CR ? line.subarray(0, -1) : line;
}
