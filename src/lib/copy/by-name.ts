import type { CopyLookup, CopyObject, CopyOwners } from '../run/copy-record.js';

/** The id in the target of what a lookup by name refers to; empty for the type of records that have no other one. */
export type FindByName = (lookup: CopyLookup, sourceId: string) => string | undefined;

/** The type of every record that has no other one; some objects give its id, and take it from nobody. */
const masterRecordType = '012000000000000';
const idLength = 15;

/** Finds owners and record types, which aren't copied: records of both orgs that have the same name. */
export function finderByName({ recordTypes = [] }: CopyObject, owners: CopyOwners | undefined): FindByName {
  const types = new Map(recordTypes.map(({ id, target }) => [id.slice(0, idLength), target]));
  return ({ byName }, sourceId) => {
    const id = sourceId.slice(0, idLength);
    if (byName === 'owner') return owners?.ids[id];
    return id === masterRecordType ? '' : types.get(id);
  };
}

/** What a record of the source is called in messages. */
export function nameOfMissing(
  { recordTypes = [] }: CopyObject,
  owners: CopyOwners | undefined,
  { byName }: CopyLookup,
  sourceId: string,
): string {
  const id = sourceId.slice(0, idLength);
  const known =
    byName === 'owner'
      ? owners?.missing[id]
      : recordTypes.find((type) => type.id.slice(0, idLength) === id)?.name;
  return known ?? sourceId;
}
