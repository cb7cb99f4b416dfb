// Declared here and not shared: V8 loads an imported constant anew for every byte, which costs a third of the speed.
const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

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
  #inQuotes = false;
  #rows = 0;
  /** Bytes of the current record in earlier chunks. */
  #pendingBytes = 0;
  #lastByte: number | undefined;

  /** With `skipHeader`, as for every page of an export but the first, `push` hands out the rows only. */
  constructor({ skipHeader }: { readonly skipHeader: boolean }) {
    this.#skipHeader = skipHeader;
  }

  /** Takes the page's next bytes; returns what belongs in the output, sharing memory with `chunk`. */
  push(chunk: Buffer): Buffer | undefined {
    if (chunk.length === 0) return undefined;
    const rowsStart = this.#inHeader ? this.#takeHeader(chunk) : 0;
    if (rowsStart < chunk.length) this.#countRows(chunk, rowsStart);
    this.#lastByte = chunk.at(-1);
    if (!this.#skipHeader) return chunk;
    return rowsStart < chunk.length ? chunk.subarray(rowsStart) : undefined;
  }

  /** Closes the page. A last row without a line ending counts. */
  end(): CsvPageSummary {
    const header = Buffer.concat(this.#headerPieces);
    const endsInCr = header.at(-1) === CR;
    const unfinishedBytes = this.#pendingBytes - (this.#lastByte === CR ? 1 : 0);
    return {
      rows: this.#rows + (unfinishedBytes > 0 ? 1 : 0),
      header: endsInCr ? header.subarray(0, -1) : header,
      headerTerminator: this.#inHeader ? undefined : endsInCr ? 'CRLF' : 'LF',
      isComplete: !this.#inQuotes,
      endsWithNewline: this.#lastByte === LF && !this.#inQuotes,
    };
  }

  /** Keeps the header's bytes; returns the offset of what follows it. */
  #takeHeader(chunk: Buffer): number {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) this.#inQuotes = !this.#inQuotes;
      if (byte !== LF || this.#inQuotes) continue;
      this.#headerPieces.push(Buffer.from(chunk.subarray(0, at)));
      this.#inHeader = false;
      return at + 1;
    }
    this.#headerPieces.push(Buffer.from(chunk));
    return chunk.length;
  }

  #countRows(chunk: Buffer, from: number): void {
    const to = chunk.length;
    let inQuotes = this.#inQuotes;
    let recordStart = from;
    for (let at = from; ; at++) {
      if (inQuotes) {
        while (at < to && chunk[at] !== QUOTE) at++;
        if (at >= to) break;
        inQuotes = false;
        continue;
      }
      while (at < to && ((chunk[at] ?? 0) > QUOTE || (chunk[at] !== QUOTE && chunk[at] !== LF))) at++;
      if (at >= to) break;
      if (chunk[at] === QUOTE) {
        inQuotes = true;
        continue;
      }
      if (at - recordStart > 1 || !this.#isBlank(chunk, recordStart, at)) this.#rows++;
      this.#pendingBytes = 0;
      recordStart = at + 1;
    }
    this.#inQuotes = inQuotes;
    this.#pendingBytes += to - recordStart;
  }

  #isBlank(chunk: Buffer, recordStart: number, lineFeed: number): boolean {
    const byteBefore = lineFeed > 0 ? chunk[lineFeed - 1] : this.#lastByte;
    const length = this.#pendingBytes + lineFeed - recordStart;
    return length === 0 || (length === 1 && byteBefore === CR);
  }
}
