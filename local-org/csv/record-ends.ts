const quote = 0x22;
const newline = 0x0a;

/** Finds where records end in a CSV that goes by in chunks: line feeds outside of quotes. */
export class RecordEnds {
  #quoted = false;
  /** Room for the answers: one array for all chunks, since a call or an object for each record costs as much as the search. */
  #ends = new Uint32Array(64 * 1024);
  #count = 0;

  /** @returns each position behind a record's line feed, in order; overwritten by the next scan */
  scan(chunk: Buffer): Uint32Array {
    if (this.#ends.length < chunk.length) this.#ends = new Uint32Array(chunk.length);
    this.#count = 0;
    const aligned = Math.min(chunk.length, (4 - (chunk.byteOffset & 3)) & 3);
    const words = (chunk.length - aligned) >> 2;
    this.#scanBytes(chunk, 0, aligned);
    if (words > 0) this.#scanWords(new Int32Array(chunk.buffer, chunk.byteOffset + aligned, words), aligned);
    this.#scanBytes(chunk, aligned + (words << 2), chunk.length);
    return this.#ends.subarray(0, this.#count);
  }

  /** Four bytes at once where none of them matters, one after another where one does. */
  #scanWords(words: Int32Array, offset: number): void {
    const ends = this.#ends;
    let count = this.#count;
    let quoted = this.#quoted;
    for (let index = 0; index < words.length; index++) {
      const word = words[index]!;
      if (!hasQuoteOrNewline(word)) continue;
      for (let shift = 0; shift < 32; shift += 8) {
        const byte = (word >>> shift) & 0xff;
        if (byte === quote) quoted = !quoted;
        else if (byte === newline && !quoted) ends[count++] = offset + (index << 2) + (shift >> 3) + 1;
      }
    }
    this.#count = count;
    this.#quoted = quoted;
  }

  #scanBytes(chunk: Buffer, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const byte = chunk[at];
      if (byte === quote) this.#quoted = !this.#quoted;
      else if (byte === newline && !this.#quoted) this.#ends[this.#count++] = at + 1;
    }
  }
}

/** A byte that equals the pattern becomes zero, and borrows. */
function hasQuoteOrNewline(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const newlines = word ^ 0x0a0a0a0a;
  return ((((quotes - 0x01010101) & ~quotes) | ((newlines - 0x01010101) & ~newlines)) & 0x80808080) !== 0;
}
