import type { PartFile } from '../../files/part-file.js';
import { ByteSink } from '../../output/byte-sink.js';
import {
  areSameColumns,
  cellsOf,
  resultSets,
  type ResultSet,
  headerLine,
  type Layout,
} from '../model/result-sets.js';
import { putCells } from './put-cells.js';
import { RecordReader } from '../../csv/record-reader.js';

/**
 * Puts the rows of a result set at the end of its file, as the service wrote them. A set that has other columns
 * than the file, or another order of them, is put in place by their names.
 */
export async function appendRows(file: PartFile, set: ResultSet, layout: Layout): Promise<void> {
  const wanted = [...resultSets[set.name].serviceColumns, ...layout.columns];
  const isAlike = areSameColumns(set.header, wanted) && set.delimiter === layout.delimiter;
  if (isAlike) return appendBytes(file, set, layout);
  if (file.offset === 0) await file.write(headerLine(set.name, layout));
  return appendReordered(file, set, { ...layout, columns: wanted });
}

async function appendBytes(file: PartFile, set: ResultSet, { newline }: Layout): Promise<void> {
  const from = file.offset === 0 ? 0 : set.headerBytes;
  let offset = 0;
  for await (const chunk of set.read()) {
    if (offset + chunk.length > from) await file.write(chunk.subarray(Math.max(0, from - offset)));
    offset += chunk.length;
  }
  if (!set.endsWithNewline) await file.write(Buffer.from(newline));
}

async function appendReordered(
  file: PartFile,
  set: ResultSet,
  { columns, delimiter, newline }: Layout,
): Promise<void> {
  const cells = cellsOf(set.header, columns);
  const out = new ByteSink();
  const lineEnd = Buffer.from(newline);
  const reader = new RecordReader(set.read(), set.delimiter);
  await reader.read(1, () => undefined);
  await reader.read(
    Infinity,
    (record) => {
      putCells(out, record, { cells, delimiter });
      out.append(lineEnd);
    },
    () => file.write(out.take()),
  );
}
