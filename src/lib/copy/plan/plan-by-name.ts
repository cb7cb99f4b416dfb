import type { DescribeField } from '../../api/types.js';
import type { CopyLookup } from '../../run/copy-record.js';
import type { CopyPlanFile, MissingRule } from './plan-file.js';

/**
 * Whether a lookup is to owners, where the plan speaks of them, or to record types: these are matched by their names. Owners
 * are that `User` in the plan doesn't find, too.
 */
export function byNameOf(
  { name, referenceTo }: Pick<DescribeField, 'name' | 'referenceTo'>,
  { owners }: Pick<CopyPlanFile, 'owners'>,
): CopyLookup['byName'] {
  if (name === 'RecordTypeId' && referenceTo.includes('RecordType')) return 'recordType';
  return owners !== undefined && name === 'OwnerId' && referenceTo.includes('User') ? 'owner' : undefined;
}

/**
 * A lookup by name. A record type that is missing stops the copy unless the plan says otherwise: with another type, or
 * none, a record has other fields and choices.
 * @param given what the plan says of this lookup, or of all of them
 */
export function lookupByName(
  { field, to, byName }: Pick<CopyLookup, 'field' | 'to'> & Required<Pick<CopyLookup, 'byName'>>,
  { owners, given }: Pick<CopyPlanFile, 'owners'> & { readonly given: MissingRule | undefined },
): CopyLookup {
  const ofOwners = owners?.else === 'hold' ? 'hold' : 'default';
  const missing = given ?? (byName === 'owner' ? ofOwners : 'fail');
  // Nobody could tell at the end whose name would have found an owner.
  return { field, to, later: [], missing, isRequired: to.length > 0, byName };
}
