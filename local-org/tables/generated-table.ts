import type { Value } from '../contracts.ts';
import { to18 } from '../server/ids.ts';

/** Rows of which only three digits vary inside a block; the rest of a row's number is the block's. */
export const blockRows = 1000;
const numberDigits = 8;
export const highDigits = numberDigits - 3;
export const mostRows = 10 ** numberDigits;

/** A read-only object whose rows are made from their number. */
export type GeneratedTable = {
  readonly name: string;
  readonly rows: number;
  readonly keyPrefix: string;
  readonly pod: string;
};

const notes = [
  'plain text of a usual length, such as a person writes in a note',
  'said "quite so", twice, and then nothing more for some days',
  'first line of two\nand the second line, which is a bit longer',
  'Zürich, Łódź and 東京 have written, each in a language of its own',
  'a;b|c^d`e and other marks that are delimiters somewhere',
  '',
];

/**
 * The schema file's content for a generated table: Id, Name, Key__c, Amount__c and Notes__c. `takesJobs` where ingest
 * jobs change nothing, so that a table may be the object of one.
 */
export function tableSchema({ name, keyPrefix }: GeneratedTable, takesJobs: boolean): object {
  return {
    name,
    keyPrefix,
    createable: takesJobs,
    updateable: takesJobs,
    deletable: takesJobs,
    fields: [
      { name: 'Name', type: 'string', length: 80, nameField: true, idLookup: true },
      { name: 'Key__c', type: 'string', length: 40, externalId: true, unique: true },
      { name: 'Amount__c', type: 'double', precision: 18, scale: 2 },
      { name: 'Notes__c', type: 'textarea', length: 255 },
    ],
  };
}

/** The digits of a row's number, of which the first five are the same for a whole block. */
export function rowDigits(row: number): string {
  return String(row).padStart(numberDigits, '0');
}

/** The value of a field in a row, counted from 0. */
export function tableValue(table: GeneratedTable, row: number, field: string): Value {
  switch (field) {
    case 'Id':
      return to18(table.keyPrefix + table.pod + rowDigits(row));
    case 'Name':
      return `Record 00${rowDigits(row)}`;
    case 'Key__c':
      return `K-00${rowDigits(row)}`;
    case 'Amount__c':
      return (row % blockRows) * 12.5 + 0.25;
    case 'Notes__c': {
      const note = notes[(row % blockRows) % notes.length] ?? '';
      return note === '' ? null : note;
    }
    default:
      return null;
  }
}
