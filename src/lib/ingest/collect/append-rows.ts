import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { ByteSink } from '../../formats/byte-sink.js';
import type { PartFile } from '../../files/part-file.js';
import { quotedCell, toCell } from './written-cell.js';
import { RecordReader } from './record-reader.js';
import { resultSets, type ResultSet, type ResultSetName } from './result-set.js';

export type Dialect = { readonly delimiter: string; readonly newline: string };

/** Puts the rows of a result set at the end of its file. The columns of a file are those of its first set. */
export async function appendRows(
  file: PartFile,
  set: ResultSet,
  { columns, dialect }: { columns: readonly string[]; dialect: Dialect },
): Promise<void> {
  const wanted = [...resultSets[set.name].serviceColumns, ...columns];
  const sameColumns =
    set.header.length === wanted.length && wanted.every((name, index) => isSame(name, set.header[index]));
  if (file.offset === 0 && !sameColumns) await file.write(headerLine(set.name, columns, dialect));
  if (!sameColumns) return appendReordered(file, set, { wanted, dialect });
  await appendBytes(file, set, file.offset === 0 ? 0 : set.headerBytes);
  if (!set.endsWithNewline) await file.write(Buffer.from(dialect.newline));
}

/** The header of a file that has no rows to take one from: the service's own columns are quoted, as it does. */
export function headerLine(name: ResultSetName, columns: readonly string[], dialect: Dialect): Buffer {
  const service = resultSets[name].serviceColumns.map(quotedCell);
  const own = columns.map((column) => toCell(column, dialect.delimiter));
  return Buffer.from([...service, ...own].join(dialect.delimiter) + dialect.newline);
}

/** For each wanted column the index of its cell; -1 where the result has no such column. */
export function cellsOf(header: readonly string[], wanted: readonly string[]): number[] {
  return wanted.map((name) => header.findIndex((candidate) => isSame(name, candidate)));
}

/** Names of fields are the same in any case (Bulk API guide: Prepare CSV Files). */
function isSame(name: string, other: string | undefined): boolean {
  return name === other || name.toLowerCase() === other?.toLowerCase();
}

async function appendBytes(file: PartFile, set: ResultSet, from: number): Promise<void> {
  let offset = 0;
  for await (const chunk of set.read()) {
    if (offset + chunk.length > from) await file.write(chunk.subarray(Math.max(0, from - offset)));
    offset += chunk.length;
  }
}

async function appendReordered(
  file: PartFile,
  set: ResultSet,
  { wanted, dialect }: { wanted: readonly string[]; dialect: Dialect },
): Promise<void> {
  const cells = cellsOf(set.header, wanted);
  const out = new ByteSink();
  const reader = new RecordReader(set.read(), dialect.delimiter);
  await reader.read(1, () => undefined);
  const newline = Buffer.from(dialect.newline);
  await reader.read(
    Infinity,
    (record) => {
      putCells(out, record, { cells, delimiter: dialect.delimiter });
      out.append(newline);
    },
    () => file.write(out.take()),
  );
}

/** Puts cells of a record side by side, as they stand in it; -1 makes an empty one. */
export function putCells(
  out: ByteSink,
  record: CsvRecord,
  { cells, delimiter }: { cells: readonly number[]; delimiter: string },
): void {
  const separator = delimiter.charCodeAt(0);
  for (let position = 0; position < cells.length; position++) {
    const cell = cells[position] ?? -1;
    if (position > 0) putByte(out, separator);
    if (cell >= 0) putBytes(out, record, { from: record.starts[cell] ?? 0, to: record.ends[cell] ?? 0 });
  }
}

/** Puts a stretch of a record's bytes. */
export function putBytes(
  out: ByteSink,
  { bytes }: CsvRecord,
  { from, to }: { from: number; to: number },
): void {
  out.reserve(to - from);
  bytes.copy(out.bytes, out.length, from, to);
  out.length += to - from;
}

function putByte(out: ByteSink, byte: number): void {
  out.reserve(1);
  out.bytes[out.length++] = byte;
}
