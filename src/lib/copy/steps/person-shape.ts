import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { CopyObject } from '../../run/copy-record.js';
import { personFlag } from '../plan/plan-persons.js';

const businessFields: ReadonlySet<string> = new Set(['Name']);

/** Whether a field is one that a record must not be sent, since it is a person, or since it is none. */
export type IsForeign = (field: string) => boolean;

const takesAll: IsForeign = () => false;

/** Tells of each record which fields it takes: those of a person, or those of a business. */
export function personShape(
  { persons }: Pick<CopyObject, 'persons'>,
  columns: readonly string[],
): (record: CsvRecord) => IsForeign {
  if (persons === undefined) return () => takesAll;
  const flag = columns.findIndex((name) => name.toLowerCase() === personFlag.toLowerCase());
  const own = new Set(persons.fields);
  const ofPerson: IsForeign = (field) => businessFields.has(field);
  const ofBusiness: IsForeign = (field) => own.has(field);
  return (record) => (cellText(record, flag) === 'true' ? ofPerson : ofBusiness);
}
