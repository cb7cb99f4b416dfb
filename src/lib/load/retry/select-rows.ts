import { createReadStream } from 'node:fs';
import { readRecords } from '../../csv/records.js';
import { isTransient, parseRowError } from '../collect/row-error.js';
import type { PerResultFile } from '../collect/request.js';

/** A row of a result file: where it was in the input, if that is known, and its own cells. */
export type ResultRow = {
  readonly file: string;
  /** From 1; 0 where the place is not known. */
  readonly row: number;
  readonly cells: readonly string[];
};

export type RowSelection = {
  readonly delimiter: string;
  /** `transient`: failed rows that may succeed when they are sent again; `all`: every failed row. */
  readonly failed: 'transient' | 'all';
};

/** The columns that are put before a failed row's own: `sf__Id`, `sf__Error`, `source__File`, `source__Row`. */
const failedLead = 4;

/** Whether a failed row is sent again. */
export function isSelected(error: string, { failed }: RowSelection): boolean {
  if (failed === 'all') return true;
  const { code, message } = parseRowError(error);
  return isTransient(code, message);
}

/**
 * The rows of a load's result files that are to be sent again: failed ones, and all that were not processed. Those
 * have no place of their own in their file; they are matched by nothing but their cells.
 */
export async function* selectRows(
  files: PerResultFile<string>,
  selection: RowSelection,
): AsyncGenerator<ResultRow> {
  const { delimiter } = selection;
  for await (const record of dataRows(files.failed, delimiter)) {
    const [, error = '', file = '', row = ''] = record;
    if (isSelected(error, selection)) yield { file, row: Number(row), cells: record.slice(failedLead) };
  }
  for await (const cells of dataRows(files.unprocessed, delimiter)) yield { file: '', row: 0, cells };
}

async function* dataRows(path: string, delimiter: string): AsyncGenerator<string[]> {
  let isHeader = true;
  for await (const record of readRecords(createReadStream(path), { delimiter })) {
    if (!isHeader) yield record;
    isHeader = false;
  }
}
