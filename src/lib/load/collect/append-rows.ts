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
import { putCells } from '../../output/put-cells.js';
import { RowExtras } from './row-extras.js';
import { RecordReader } from '../../csv/record-reader.js';
import { sum } from './row-counts.js';
import type { JobRowCount } from '../model/result-finding.js';
import type { SourceRows } from './source-rows.js';
import type { FinishedJob } from './request.js';

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
    () => out.drain(file),
  );
}

/**
 * The rows of a job that failed or was aborted before it had processed any, when the service does not return them
 * (whether it does is not documented): none of them was processed, so they are the rows that were uploaded.
 *
 * @returns undefined for any other job, and when the source no longer has the rows
 */
export async function unreturnedRows(
  { state, processed, rowsSent, source }: FinishedJob,
  { results }: JobRowCount,
): Promise<SourceRows | undefined> {
  const ranNothing = (state === 'Failed' || state === 'Aborted') && processed === 0 && sum(results) === 0;
  if (!ranNothing || source === undefined) return undefined;
  let rows = 0;
  await source.scan(() => rows++);
  return rows === rowsSent ? source : undefined;
}

/** Puts rows of the source at the end of the file of unprocessed rows, as they were to be uploaded. @returns how many */
export async function appendSourceRows(file: PartFile, source: SourceRows, layout: Layout): Promise<number> {
  if (file.offset === 0) await file.write(headerLine('unprocessed', layout));
  const cells = cellsOf(source.columns, layout.columns);
  const lineEnd = Buffer.from(layout.newline);
  const out = new ByteSink();
  using lines = layout.kept === undefined ? undefined : source.openLines?.();
  const extras = layout.kept === undefined ? undefined : new RowExtras('unprocessed', layout);
  let rows = 0;
  await source.scan(
    (record, name, row, line) => {
      rows += 1;
      extras?.putPlace(out, { file: name, row });
      putCells(out, record, { cells, delimiter: layout.delimiter });
      extras?.putKept(out, lines?.kept(line));
      out.append(lineEnd);
    },
    () => out.drain(file),
  );
  return rows;
}
