const quote = 0x22;
const newline = 0x0a;

/** Finds where records end in a CSV that goes by in chunks: line feeds outside of quotes. */
export class RecordEnds {
  #quoted = false;

  /** Calls back with each position behind a record's line feed. */
  scan(chunk: Buffer, found: (end: number) => void): void {
    const aligned = Math.min(chunk.length, (4 - (chunk.byteOffset & 3)) & 3);
    const count = (chunk.length - aligned) >> 2;
    this.#bytes(chunk.subarray(0, aligned), 0, found);
    if (count > 0)
      this.#words(new Int32Array(chunk.buffer, chunk.byteOffset + aligned, count), aligned, found);
    const rest = aligned + (count << 2);
    this.#bytes(chunk.subarray(rest), rest, found);
  }

  /** Four bytes at once where none of them matters; one after another, without a call for each, where one does. */
  #words(words: Int32Array, offset: number, found: (end: number) => void): void {
    let quoted = this.#quoted;
    for (let index = 0; index < words.length; index++) {
      const word = words[index]!;
      if (!hasQuoteOrNewline(word)) continue;
      const start = offset + (index << 2);
      const first = word & 0xff;
      if (first === quote) quoted = !quoted;
      else if (first === newline && !quoted) found(start + 1);
      const second = (word >>> 8) & 0xff;
      if (second === quote) quoted = !quoted;
      else if (second === newline && !quoted) found(start + 2);
      const third = (word >>> 16) & 0xff;
      if (third === quote) quoted = !quoted;
      else if (third === newline && !quoted) found(start + 3);
      const fourth = word >>> 24;
      if (fourth === quote) quoted = !quoted;
      else if (fourth === newline && !quoted) found(start + 4);
    }
    this.#quoted = quoted;
  }

  #bytes(bytes: Buffer, offset: number, found: (end: number) => void): void {
    for (const [at, byte] of bytes.entries()) {
      if (byte === quote) this.#quoted = !this.#quoted;
      else if (byte === newline && !this.#quoted) found(offset + at + 1);
    }
  }
}

/** A byte that equals the pattern becomes zero, and borrows. */
function hasQuoteOrNewline(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const newlines = word ^ 0x0a0a0a0a;
  return ((((quotes - 0x01010101) & ~quotes) | ((newlines - 0x01010101) & ~newlines)) & 0x80808080) !== 0;
}
