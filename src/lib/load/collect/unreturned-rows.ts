import type { PartFile } from '../../files/part-file.js';
import { ByteSink } from '../../output/byte-sink.js';
import { cellsOf, headerLine, type Layout } from '../model/result-sets.js';
import { putCells } from './put-cells.js';
import { sum } from './row-counts.js';
import type { JobRowCount } from '../model/result-finding.js';
import type { SourceRows } from './source-rows.js';
import type { FinishedJob } from './request.js';

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
  let rows = 0;
  await source.scan(
    (record) => {
      rows += 1;
      putCells(out, record, { cells, delimiter: layout.delimiter });
      out.append(lineEnd);
    },
    () => file.write(out.take()),
  );
  return rows;
}
