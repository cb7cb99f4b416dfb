import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { DescribeOf } from '../../describe/describe.js';
import { InputError, type InputProblem } from '../../errors.js';
import type { LoadPlan } from '../../run/record.js';
import { checkHeader, type CheckedColumn } from '../check/header.js';
import { headerAgain, headerAgainCheck } from '../check/misread-header.js';
import { ValueCheck } from '../check/values.js';
import { cellsOf } from '../model/result-sets.js';
import type { RowCheck, RowForm } from './result-rows.js';

type Checking = {
  readonly describeOf: DescribeOf;
  readonly nameInFile: NonNullable<RowForm['nameInFile']>;
};

/**
 * Checks rows of result files as the load has checked its input. Of records that are found by a key, the keys are not checked:
 * they are looked up.
 * @param plan with the columns that are sent now
 * @returns undefined where the load has checked nothing
 * @throws InputError the columns can't be loaded as they are now
 */
export async function rowCheckFor(
  plan: LoadPlan,
  { describeOf, nameInFile }: Checking,
): Promise<RowCheck | undefined> {
  const { operation, object, columns, externalId, keyField } = plan;
  const describe = plan.isUnchecked === true ? undefined : await describeOf(object);
  if (describe === undefined) return undefined;
  const header = await checkHeader({
    operation,
    columns,
    describe,
    describeOf,
    ...(externalId === undefined ? {} : { externalIdField: externalId }),
  });
  if (header.problems.length > 0) throw new InputError(header.problems);
  const checked = header.columns.filter(({ isKey }) => keyField === undefined || !isKey);
  return (names) => {
    const cells = cellsOf(names, columns.map(nameInFile));
    const inFile = checked.flatMap((column): CheckedColumn[] => {
      const index = cells[column.index] ?? -1;
      return index < 0 ? [] : [{ ...column, index }];
    });
    const problems: InputProblem[] = [];
    const log = { add: (problem: InputProblem) => problems.push(problem) };
    const values = new ValueCheck({ operation, describe, columns: inFile, log });
    const isHeaderAgain = headerAgainCheck(columns);
    return (record, row) => {
      problems.length = 0;
      if (isHeaderAgain(cellsIn(record, cells)) === 'certain') return [{ ...headerAgain, row }];
      values.visit(record, row);
      return [...problems];
    };
  };
}

/** A record with these cells alone; one that isn't there is empty. */
function cellsIn({ bytes, start, starts, ends, count }: CsvRecord, cells: readonly number[]): CsvRecord {
  const at = (cell: number, offsets: Int32Array): number =>
    cell < 0 || cell >= count ? start : (offsets[cell] ?? start);
  const chosen = { starts: cells.map((cell) => at(cell, starts)), ends: cells.map((cell) => at(cell, ends)) };
  return {
    bytes,
    start: chosen.starts[0] ?? start,
    end: chosen.ends[0] ?? start,
    count: cells.length,
    starts: Int32Array.from(chosen.starts),
    ends: Int32Array.from(chosen.ends),
  };
}
