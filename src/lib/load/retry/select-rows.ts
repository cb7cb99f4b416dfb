import { createReadStream } from 'node:fs';
import { readRecords } from '../../csv/records.js';
import { isRetriable } from '../collect/row-error.js';
import type { PerResultFile } from '../collect/request.js';

/** A row of a result file: where it was in the input, if that is known, and its own cells. */
export type ResultRow = {
  readonly file: string;
  /** From 1; 0 where the place is not known. */
  readonly row: number;
  readonly cells: readonly string[];
};

/** Where rows are that did not succeed; null where there are none. */
export type RowFiles = Pick<PerResultFile<string | null>, 'failed' | 'unprocessed'>;

export type RowSelection = {
  readonly delimiter: string;
  /** `transient`: failed rows that may succeed when they are sent again; `all`: every failed row. */
  readonly failed: 'transient' | 'all';
};

/** The columns that are put before a failed row's own: `sf__Id`, `sf__Error`, `source__File`, `source__Row`. */
const failedLead = 4;

/**
 * The rows of a load's result files that are to be sent again: failed ones, and all that were not processed. Those
 * have no place of their own in their file; they are matched by nothing but their cells.
 */
export async function* selectRows(
  files: RowFiles,
  { delimiter, failed }: RowSelection,
): AsyncGenerator<ResultRow> {
  for await (const record of dataRows(files.failed, delimiter)) {
    const [, error = '', file = '', row = ''] = record;
    if (failed === 'all' || isRetriable(error))
      yield { file, row: Number(row), cells: record.slice(failedLead) };
  }
  for await (const cells of dataRows(files.unprocessed, delimiter)) yield { file: '', row: 0, cells };
}

async function* dataRows(path: string | null, delimiter: string): AsyncGenerator<string[]> {
  if (path === null) return;
  let isHeader = true;
  for await (const record of readRecords(createReadStream(path), { delimiter })) {
    if (!isHeader) yield record;
    isHeader = false;
  }
}
