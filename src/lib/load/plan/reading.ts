import type { ScanOptions } from '../../csv/scan.js';
import { fieldIndexOf, type FieldIndex } from '../../describe/field-index.js';
import type { LoadRequest } from '../model/request.js';
import { isOwnColumn } from './own-columns.js';
import type { LoadTarget } from './target.js';

/** How CSV is read. */
export type Reading = Pick<
  ScanOptions,
  | 'delimiter'
  | 'lineEnding'
  | 'isKnownField'
  | 'skipsEmptyRows'
  | 'dropsExtraCells'
  | 'takesAnyNames'
  | 'takesUnsound'
  | 'encoding'
>;

/** As the request says, and by the fields of the object where that leaves a choice; the encoding is each source's own. */
export function readingOf(
  { reading: { delimiter, lineEnding }, columns: { ignoreUnknown }, setAsideInvalid }: LoadRequest,
  target: LoadTarget | undefined,
): Reading {
  const fields = target === undefined ? undefined : fieldIndexOf(target.describe);
  const isKnownField =
    fields === undefined ? undefined : (name: string) => isOwnColumn(name) || isColumnOf(fields, name);
  return {
    delimiter,
    lineEnding,
    isKnownField,
    skipsEmptyRows: true,
    dropsExtraCells: ignoreUnknown === true,
    takesAnyNames: true,
    takesUnsound: () => setAsideInvalid === true,
  };
}

/** A column of a parent counts by its relationship: `Account.External_Id__c`, `Lead:Who.Email`. */
function isColumnOf(fields: FieldIndex, name: string): boolean {
  if (!name.includes('.')) return fields.field(name) !== undefined;
  const relationship = name.split('.')[0]?.split(':').at(-1) ?? '';
  return fields.relationship(relationship) !== undefined;
}
