import { stat } from 'node:fs/promises';
import { isResumable, type ResultFormat } from '../formats/result-writer.js';
import type { ExportPlan, JournalRecord } from '../journal/record.js';

/** What an earlier run has put into the partial output, and where the next page is. */
export type PagesDone = {
  readonly pages: number;
  readonly rows: number;
  readonly offset: number;
  readonly header: Buffer;
  /** Absent when all pages are there. */
  readonly nextLocator: string | undefined;
};

/**
 * Reads from the journal how far the output has come. Undefined when it has to start over: a stream cannot be taken
 * up in the middle, nor can a Parquet file, nor a partial file that has been removed or cut.
 */
export async function pagesDone(
  records: readonly JournalRecord[],
  { outputFile, format }: ExportPlan,
): Promise<PagesDone | undefined> {
  if (outputFile === undefined || !isResumable(format as ResultFormat)) return undefined;
  let done: PagesDone | undefined;
  for (const record of records) {
    if (record.type !== 'page') continue;
    done = {
      pages: record.page + 1,
      rows: (record.page === 0 ? 0 : (done?.rows ?? 0)) + record.rows,
      offset: record.offset,
      header: Buffer.from(record.header),
      nextLocator: record.nextLocator,
    };
  }
  const partial = await stat(`${outputFile}.part`).catch(() => undefined);
  return done !== undefined && partial !== undefined && partial.size >= done.offset ? done : undefined;
}
