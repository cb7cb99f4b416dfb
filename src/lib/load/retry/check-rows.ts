import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { DescribeOf } from '../../describe/describe.js';
import { InputError, type InputProblem } from '../../errors.js';
import type { LoadPlan } from '../../run/record.js';
import { checkHeader, type CheckedColumn } from '../check/header.js';
import { headerAgain, headerAgainCheck } from '../check/misread-header.js';
import { keepsEmpty } from '../check/presence.js';
import { ValueCheck } from '../check/values.js';
import { cellsOf } from '../model/result-sets.js';
import { has, isSame } from './edited-columns.js';
import { cellAt } from './place-set.js';
import type { RowCheck, RowForm } from './result-rows.js';
import { readingOf } from './unread-rows.js';

type Checking = {
  readonly describeOf: DescribeOf;
  readonly nameInFile: NonNullable<RowForm['nameInFile']>;
  /** Empty cells are sent as `#N/A`. Default false. */
  readonly emptyAsNull?: boolean;
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
  { describeOf, nameInFile, emptyAsNull = false }: Checking,
): Promise<RowCheck | undefined> {
  const { operation, object, columns, keyField } = plan;
  const describe = plan.isUnchecked === true ? undefined : await describeOf(object);
  if (describe === undefined) return undefined;
  const header = await checkHeader({ ...headerOf(plan), describe, describeOf });
  if (header.problems.length > 0) throw new InputError(header.problems);
  const checked = header.columns.filter(({ isKey }) => keyField === undefined || !isKey);
  return (names, unread) => {
    const cells = cellsOf(names, columns.map(nameInFile));
    const inFile = checked.flatMap((column): CheckedColumn[] => {
      const index = cells[column.index] ?? -1;
      return index < 0 ? [] : [{ ...column, index }];
    });
    const problems: InputProblem[] = [];
    const log = { add: (problem: InputProblem) => problems.push(problem) };
    const values = new ValueCheck({ operation, describe, columns: inFile, log, emptyAsNull });
    const reading = readingOf(names, plan, describe);
    const isHeaderAgain = headerAgainCheck(columns);
    return (record, row) => {
      problems.length = 0;
      if (isHeaderAgain(cellsIn(record, cells)) === 'certain') return [{ ...headerAgain, row }];
      values.visit(record, row);
      const told = problems.map((problem) => reading.inWordsOfLoad(problem, record));
      const isTold = ({ column }: InputProblem): boolean =>
        told.some((other) => isSame(column ?? '', other.column));
      const left = reading.unread(record, row).filter((problem) => !isTold(problem));
      return [...told, ...left.filter(({ column }) => unread?.has(cellAt(column, row)) === true)];
    };
  };
}

function headerOf({ operation, columns, externalId }: LoadPlan) {
  return { operation, columns, ...(externalId === undefined ? {} : { externalIdField: externalId }) };
}

/**
 * Tells of each column that is sent whether its empty cells are to clear the field, as those of the load have done. Of a column that
 * a person has added most cells are empty because nobody has written anything there.
 * @param given the load's own plan
 * @returns undefined where none are: the load had no such flag, or was given records, of which a cell may be empty because a record
 *   didn't have the field
 */
export async function nullsFor(
  plan: LoadPlan,
  given: LoadPlan,
  describeOf: DescribeOf,
): Promise<readonly boolean[] | undefined> {
  if (given.options?.emptyAsNull !== true || isOfRecords(given)) return undefined;
  const describe = await describeOf(plan.object);
  if (describe === undefined) return undefined;
  const { columns } = await checkHeader({ ...headerOf(plan), describe });
  const keep = new Set(columns.filter((column) => keepsEmpty(column, describe)).map(({ index }) => index));
  const cleared = clearedColumns(given);
  return plan.columns.map((name, index) => !keep.has(index) && has(cleared, name));
}

/** Says that empty cells clear nothing, where the load was told that they do. */
export function emptyCellsNotice(given: LoadPlan): string[] {
  if (given.options?.emptyAsNull !== true || !isOfRecords(given)) return [];
  return [
    'Empty cells leave their fields as they are, since records need not have every field: write #N/A to clear one.',
  ];
}

function isOfRecords({ inputs = [] }: LoadPlan): boolean {
  return inputs.some(({ isRecords }) => isRecords === true);
}

/** The columns whose empty cells may be meant to clear the field. */
export function clearedColumns({ clearedColumns: kept, columns }: LoadPlan): readonly string[] {
  return kept ?? columns;
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
