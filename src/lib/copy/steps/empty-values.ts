import { nullText } from '../../input/flatten-record.js';
import type { CopyObject, CopyStep } from '../../run/copy-record.js';
import type { LookupState } from '../survey/sifter.js';

/** What a value is sent as that is empty: nothing, or what says that the field has none. */
export type EmptyValue = {
  /** In the record itself. */
  readonly ofRecord: string;
  /** Since the plan replaces it by nothing, or a file clears it. */
  readonly ofPlan: string;
  /** In a lookup whose parent isn't copied. */
  readonly ofUnsent: string;
};

export const nothing: EmptyValue = { ofRecord: '', ofPlan: '', ofUnsent: '' };

/**
 * An update has to say that it clears a field, and an insert that a field is not to have its default. An empty cell of a file
 * says nothing, as with a load.
 */
export function emptyValues(
  { key, file, defaulted = [] }: CopyObject,
  { kind }: CopyStep,
): (field: string) => EmptyValue {
  const mayBeThere = kind === 'update' || key !== undefined;
  return (field) => {
    const ofPlan = mayBeThere || defaulted.includes(field) ? nullText : '';
    // What the target has already keeps the parent that it has.
    return { ofRecord: file === undefined ? ofPlan : '', ofPlan, ofUnsent: mayBeThere ? '' : ofPlan };
  };
}

/** What a lookup that finds no parent is sent as. */
export function emptyLookup(
  state: LookupState | undefined,
  { ofRecord, ofPlan, ofUnsent }: EmptyValue,
): string {
  if (state === 'empty') return ofRecord;
  if (state === 'null') return ofPlan;
  return state === 'default' ? '' : ofUnsent;
}
