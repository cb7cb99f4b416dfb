import type { StoredRecord } from '../../contracts.ts';
import type { ObjectSchema } from './schema.ts';

/** A record type that an org begins with. */
export type RecordTypeSeed = {
  readonly SobjectType: string;
  readonly DeveloperName: string;
  /** Default: the DeveloperName. */
  readonly Name?: string;
  /** Of the package that it came with. */
  readonly NamespacePrefix?: string;
  /** Default: true. */
  readonly IsActive?: boolean;
};

/** The type of every record that has no other one; all orgs have it under this id. */
const master = {
  active: true,
  available: true,
  defaultRecordTypeMapping: true,
  developerName: 'Master',
  master: true,
  name: 'Master',
  recordTypeId: '012000000000000AAA',
};

/** What describe says of an object's record types (REST API guide, RecordTypeInfo); none for an object without any. */
export function recordTypeInfosOf(
  { name, urls }: Pick<ObjectSchema, 'name'> & { readonly urls?: unknown },
  recordTypes: Iterable<StoredRecord>,
): object[] {
  const { describe = '' } = (urls ?? {}) as { readonly describe?: string };
  const urlOf = (id: string): object => ({ urls: { layout: `${describe}/layouts/${id}` } });
  const own = [...recordTypes].filter(({ SobjectType }) => SobjectType === name);
  if (own.length === 0) return [];
  const infos = own.map((type) => ({
    active: type.IsActive,
    available: type.IsActive,
    defaultRecordTypeMapping: false,
    developerName: type.DeveloperName,
    master: false,
    name: type.Name,
    recordTypeId: type.Id,
    ...urlOf(String(type.Id)),
  }));
  return [...infos, { ...master, ...urlOf(master.recordTypeId) }];
}
