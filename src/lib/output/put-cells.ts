import { QUOTE } from '../csv/bytes.js';
import { isCellEmpty } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import type { ByteSink } from './byte-sink.js';

export type CellChoice = {
  /** Indexes of the cells, in the order wanted; -1 makes an empty cell. */
  readonly cells: readonly number[];
  /** The delimiter to write. */
  readonly delimiter: string;
  /** Of each of them, whether `#N/A` is written where it is empty. Default: of none. */
  readonly nulls?: readonly boolean[] | undefined;
};

/** Puts cells of a record side by side, quoted as they are; one that has the delimiter in it gets quotes. */
export function putCells(out: ByteSink, record: CsvRecord, { cells, delimiter, nulls }: CellChoice): void {
  const separator = delimiter.charCodeAt(0);
  for (let position = 0; position < cells.length; position++) {
    const cell = cells[position] ?? -1;
    if (position > 0) putByte(out, separator);
    if (cell < 0) continue;
    if (nulls?.[position] === true && isCellEmpty(record, cell)) {
      for (const byte of nullMark) putByte(out, byte);
      continue;
    }
    const from = record.starts[cell] ?? 0;
    const to = record.ends[cell] ?? 0;
    const isBare = record.bytes[from] !== QUOTE && record.bytes.subarray(from, to).includes(separator);
    if (isBare) putByte(out, QUOTE);
    putBytes(out, record, { from, to });
    if (isBare) putByte(out, QUOTE);
  }
}

const nullMark = Buffer.from('#N/A');

/** Puts a stretch of a record's bytes. */
export function putBytes(
  out: ByteSink,
  { bytes }: CsvRecord,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  out.reserve(to - from);
  bytes.copy(out.bytes, out.length, from, to);
  out.length += to - from;
}

function putByte(out: ByteSink, byte: number): void {
  out.reserve(1);
  out.bytes[out.length++] = byte;
}
