import { PartCutter, type CsvPart, type PartLimits, type RowSum } from './part-cutter.js';
import type { RecordTokenizer } from './record-tokenizer.js';
import { RecordWriter, type RecordWriterOptions } from './record-writer.js';

export type PartedWriterOptions = RecordWriterOptions & PartLimits & { readonly sum: RowSum | undefined };

/** Writes records, and cuts into parts what it writes. */
export class PartedWriter {
  readonly #writer: RecordWriter;
  readonly #cutter: PartCutter;
  #chunk: Buffer;
  /** Bytes before the chunk. */
  #base = 0;

  constructor(options: PartedWriterOptions, header: readonly string[]) {
    this.#writer = new RecordWriter(options);
    this.#writer.writeLine(header);
    this.#chunk = this.#writer.chunk;
    this.#cutter = new PartCutter(options);
    this.#cutter.sum = options.sum;
    this.#cutter.beginWindow({ bytes: this.#chunk, from: this.#writer.length, base: 0 });
  }

  /** @returns how many bytes it has written */
  write(record: RecordTokenizer): number {
    const writer = this.#writer;
    let start = writer.length;
    writer.write(record);
    if (writer.chunk !== this.#chunk) {
      this.#beginChunk(start);
      start = 0;
    }
    this.#cutter.addRow(start, writer.length);
    this.#cutter.sum?.add(record);
    return writer.length - start;
  }

  /** Hands out the chunks that are full. */
  take(): Buffer[] {
    return this.#writer.take(false);
  }

  /** Takes back chunks that are done with. */
  reuse(chunks: readonly Buffer[]): void {
    this.#writer.reuse(chunks);
  }

  /** Hands out what is left, and the parts of all. */
  finish(): { readonly chunks: readonly Buffer[]; readonly parts: readonly CsvPart[] } {
    return { parts: this.#cutter.finish(true), chunks: this.#writer.take(true) };
  }

  #beginChunk(end: number): void {
    this.#cutter.endWindow(end);
    this.#base += end;
    this.#chunk = this.#writer.chunk;
    this.#cutter.beginWindow({ bytes: this.#chunk, from: 0, base: this.#base });
  }
}
