import type { IngestOperation } from '../../api/types.js';
import { isCellEmpty, isEmptyFrom } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { isNullMark } from '../../csv/bytes.js';
import type { SentColumn } from './columns.js';

/** Whether a sound record is no row, whatever is in its cells that are not sent. */
export type IsBlankRow = (record: CsvRecord) => boolean;

/**
 * Tells the records that an insert would make blank records of: every cell that is sent is empty or `#N/A`. Undefined
 * where no such record may be skipped: other operations refuse a row without a key, and a constant is a value.
 * @param width how many columns the input has
 */
export function blankRows(
  operation: IngestOperation,
  sent: readonly SentColumn[],
  width: number,
): IsBlankRow | undefined {
  const cells = sent.flatMap((column) => ('index' in column ? [column.index] : []));
  if (operation !== 'insert' || cells.length === 0 || cells.length < sent.length) return undefined;
  return (record) => {
    for (const cell of cells) if (!isCellEmpty(record, cell) && !isNull(record, cell)) return false;
    return record.count >= width && isEmptyFrom(record, width);
  };
}

function isNull({ bytes, starts, ends }: CsvRecord, cell: number): boolean {
  return isNullMark(bytes, starts[cell] ?? 0, ends[cell] ?? 0);
}
