import type { IngestOperation } from '../../api/types.js';
import { cellText, isCellEmpty } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { CheckedColumn } from './header.js';
import { isNameOfPerson } from './may-be-set.js';
import type { CellFault } from './rules.js';

/** What is wrong with the names of one record; undefined where they are right. */
export type PersonNameCheck = (record: CsvRecord) => CellFault | undefined;

/**
 * Checks the names of accounts where the org has person accounts, row by row: a file may have both kinds. A business has
 * a Name; a person has a LastName and no Name, which the org makes of its parts (Salesforce Help 000386207).
 * @returns undefined where the columns are no question
 */
export function personNameCheck(
  operation: IngestOperation,
  columns: readonly CheckedColumn[],
): PersonNameCheck | undefined {
  const own = columns.filter(({ byParentKey }) => !byParentKey);
  const fields = new Set(own.map(({ field }) => field.name));
  const name = own.find(({ field }) => isNameOfPerson(field, fields))?.index;
  const lastName = own.find(({ field }) => field.name === 'LastName')?.index;
  if (name === undefined || lastName === undefined) return undefined;
  return (record) => {
    const hasName = hasValue(record, name);
    if (hasName && hasValue(record, lastName)) return bothNames;
    return operation === 'insert' && !hasName && !hasValue(record, lastName) ? noName : undefined;
  };
}

function hasValue(record: CsvRecord, index: number): boolean {
  return !isCellEmpty(record, index) && cellText(record, index) !== '#N/A';
}

const bothNames: CellFault = {
  code: 'NAME_OF_PERSON',
  message: 'An account with a LastName is a person, whose Name the org makes: leave Name or LastName empty.',
};

const noName: CellFault = {
  code: 'REQUIRED_EMPTY',
  message: '"Name" is required, or "LastName" if the account is a person.',
};
