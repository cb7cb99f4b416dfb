import type { IngestOperation, SObjectDescribe } from '../../api/types.js';
import { cellText } from '../../csv/cells.js';
import type { VisitRecord } from '../../csv/scan.js';
import type { InputProblem } from '../../errors.js';
import { ReadingCheck } from '../check/reading-check.js';
import { unreplacedCheck } from '../check/unreplaced.js';
import type { LoadRequest } from '../model/request.js';
import { blankRows, type ColumnPlan, type IsBlankRow } from './columns.js';
import { isErrorColumn, isOwnColumn } from './own-columns.js';
import { isResultFile } from './result-file.js';
import { wasNotSent } from '../model/not-sent.js';

// Rows of a result file that were set aside for what nobody could write into a cell: they are no more to be sent than before.

type Checking = {
  readonly file: string;
  /** Of its columns. */
  readonly names: readonly string[];
  readonly log: { readonly add: (problem: InputProblem) => void };
};

/** Checks the rows of a result file; undefined for any other. */
export function unreplacedRows(
  { file, names, log }: Checking,
  { sent }: ColumnPlan,
): VisitRecord | undefined {
  if (!isResultFile(file, names)) return undefined;
  // A column of errors may be loaded as such.
  const cells = sent.flatMap((column) =>
    'index' in column && !isOwnColumn(names[column.index] ?? '') ? [column.index] : [],
  );
  const check = unreplacedCheck(names, cells);
  return (record, row) => {
    for (const problem of check(record, row)) log.add({ ...problem, file });
  };
}

/**
 * Checks the rows of a result file in CSV for values that the load before could not read, and that nobody has changed; undefined for any
 * other.
 */
export function unreadRows(
  { file, names, log }: Checking,
  { columns: { formats } }: Pick<LoadRequest, 'columns'>,
  describe: SObjectDescribe,
): VisitRecord | undefined {
  if (!names.some(isErrorColumn)) return undefined;
  const reading = new ReadingCheck(names, describe, formats);
  return (record, row) => {
    for (const problem of reading.unreadInForm(record, row)) log.add({ ...problem, file });
  };
}

/** As `blankRows`: a row of a result file that was set aside is one, though it has no values. */
export function blankRowsIn(
  names: readonly string[],
  { sent }: ColumnPlan,
  operation: IngestOperation,
): IsBlankRow | undefined {
  const isBlank = blankRows(operation, sent, names.length);
  const error = names.findIndex(isErrorColumn);
  if (isBlank === undefined || error < 0) return isBlank;
  return (record) => isBlank(record) && !wasNotSent(cellText(record, error));
}
