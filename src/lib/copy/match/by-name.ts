import type { CopyLookup, CopyObject, CopyOwners } from '../../run/copy-record.js';

/** The id in the target of what a lookup by name refers to; empty for the type of records that have no other one. */
export type FindByName = (lookup: CopyLookup, sourceId: string) => string | undefined;

/** The type of every record that has no other one; some objects give its id, and take it from nobody. */
const masterRecordType = '012000000000000';
/** Of ids that are compared. */
export const idLength = 15;

/** What an owner or a record type is known by: an id of the source, of 15 characters; in files, its name. */
export function sourceKey({ file }: Pick<CopyObject, 'file'>, text: string): string {
  return file === undefined ? text.slice(0, idLength) : text;
}

/** Finds owners and record types, which aren't copied: records of both orgs that have the same name. */
export function finderByName(object: CopyObject, owners: CopyOwners | undefined): FindByName {
  const types = new Map(object.recordTypes?.map(({ id, target }) => [sourceKey(object, id), target]));
  return ({ byName }, text) => {
    const key = sourceKey(object, text);
    if (byName === 'owner') return owners?.ids[key];
    return key === masterRecordType ? '' : types.get(key);
  };
}

/** What an owner or a record type of the source is called; what it is known by where nobody has found its name. */
export function nameInSource(
  object: CopyObject,
  owners: CopyOwners['missing'] = {},
  { byName }: CopyLookup,
  text: string,
): string {
  const key = sourceKey(object, text);
  if (byName === 'owner') return owners[key] ?? text;
  if (key === masterRecordType) return '';
  return object.recordTypes?.find(({ id }) => sourceKey(object, id) === key)?.name ?? text;
}
