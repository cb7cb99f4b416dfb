import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { completeField, type FullField, type SparseField } from './full-field.ts';

/** A complete describe result, as the server side gets to see it. */
export type ObjectSchema = {
  readonly name: string;
  readonly label: string;
  readonly keyPrefix: string;
  readonly fields: readonly FullField[];
  readonly childRelationships: readonly ChildRelationship[];
  readonly [more: string]: unknown;
};

export type ChildRelationship = {
  readonly childSObject: string;
  readonly field: string;
  readonly relationshipName: string | null;
  readonly cascadeDelete: boolean;
};

/** What the code needs to know of an object beyond its describe result: none is known to it by name. */
type Role = 'user' | 'organization' | 'recordType' | 'tooling';

/** What a schema file holds: a describe result, in which all that follows from the rest may be left out. */
type SparseDescribe = {
  readonly name: string;
  readonly label?: string;
  readonly fields: readonly SparseField[];
  /** What the object has besides in an org with person accounts. */
  readonly personAccountFields?: readonly SparseField[];
  readonly role?: Role;
} & Record<string, unknown>;

/** The lookup of a record to its record type. */
export const recordTypeIdName = 'RecordTypeId';

const builtInFolder = join(import.meta.dirname, '..', '..', 'schema');

/** Every object has these; a file that names no `Id` gets them all. */
const systemFields = (user: string, idLabel: string): readonly SparseField[] =>
  [
    { name: 'Id', type: 'id', label: idLabel, idLookup: true },
    { name: 'IsDeleted', type: 'boolean', label: 'Deleted' },
    { name: 'CreatedDate', type: 'datetime' },
    { name: 'CreatedById', type: 'reference', referenceTo: [user], relationshipName: 'CreatedBy' },
    { name: 'LastModifiedDate', type: 'datetime' },
    { name: 'LastModifiedById', type: 'reference', referenceTo: [user], relationshipName: 'LastModifiedBy' },
    { name: 'SystemModstamp', type: 'datetime' },
  ].map((field) => ({
    ...field,
    nillable: false,
    createable: false,
    updateable: false,
    defaultedOnCreate: true,
  }));

export type SchemaOptions = {
  /** The org has person accounts. Default: it has none. */
  readonly personAccounts?: boolean;
  /** Objects whose `SystemModstamp` cannot be filtered on. Default: none. */
  readonly unfilterableModstamps?: readonly string[];
  /** Objects that have record types: they alone have `RecordTypeId`. Default: none. */
  readonly withRecordTypes?: readonly string[];
};

type Making = SchemaOptions & {
  readonly ordinal: number;
  readonly user: string;
  readonly recordType: string;
};

function completeDescribe(
  { role: _, personAccountFields = [], ...sparse }: SparseDescribe,
  making: Making,
): ObjectSchema {
  const { name } = sparse;
  const { ordinal, user, personAccounts = false, unfilterableModstamps = [] } = making;
  const own = [
    ...sparse.fields,
    ...(personAccounts ? personAccountFields : []),
    ...(making.withRecordTypes?.includes(name) === true ? [recordTypeField(making.recordType)] : []),
  ];
  const hasId = own.some((field) => field.name === 'Id');
  const idLabel = name.endsWith('__c') ? 'Record ID' : `${sparse.label ?? name} ID`;
  const [id, ...audit] = systemFields(user, idLabel);
  const fields = hasId || id === undefined ? own : [id, ...own, ...audit];
  const isUnfilterable = (field: SparseField): boolean =>
    field.name === 'SystemModstamp' && unfilterableModstamps.includes(name);
  const rights = rightsOf(name);
  const url = `/services/data/v67.0/sobjects/${name}`;
  return {
    activateable: false,
    createable: rights.create,
    custom: /__\w$|__mdt$/.test(name),
    deletable: rights.change,
    label: name,
    labelPlural: name,
    keyPrefix: `zz${ordinal.toString(36)}`.slice(-3),
    layoutable: true,
    mergeable: false,
    queryable: true,
    recordTypeInfos: [],
    replicateable: true,
    retrieveable: true,
    searchable: true,
    undeletable: true,
    updateable: rights.change,
    urls: { sobject: url, describe: `${url}/describe`, rowTemplate: `${url}/{ID}` },
    childRelationships: [],
    ...sparse,
    fields: fields.map((field) =>
      completeField(isUnfilterable(field) ? { ...field, filterable: false } : field),
    ),
  };
}

/** An object has it from its first record type on; before, there is no such column. */
function recordTypeField(recordType: string): SparseField {
  return {
    name: recordTypeIdName,
    type: 'reference',
    label: 'Record Type ID',
    referenceTo: [recordType],
    relationshipName: recordType,
    defaultedOnCreate: true,
  };
}

/** Platform events can be published and nothing else; custom metadata is changed by deployments only. */
function rightsOf(name: string): { readonly create: boolean; readonly change: boolean } {
  if (name.endsWith('__mdt')) return { create: false, change: false };
  return { create: true, change: !name.endsWith('__e') };
}

function readDescribes(file: string): readonly SparseDescribe[] {
  const content = JSON.parse(readFileSync(file, 'utf8')) as SparseDescribe | readonly SparseDescribe[];
  return Array.isArray(content) ? (content as readonly SparseDescribe[]) : [content as SparseDescribe];
}

/** All objects of the org: the built-in ones, then those of `files`, each a describe result or a list of them. */
export class Schema {
  readonly objects: readonly ObjectSchema[];
  readonly #byName = new Map<string, ObjectSchema>();
  readonly #roles = new Map<string, Role>();

  constructor(files: readonly string[] = [], options: SchemaOptions = {}) {
    const builtIn = readdirSync(builtInFolder)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => join(builtInFolder, file));
    const describes = [...builtIn, ...files].flatMap(readDescribes);
    for (const { role, name } of describes) if (role !== undefined) this.#roles.set(name, role);
    const user = this.objectOfRole('user');
    const recordType = this.objectOfRole('recordType');
    for (const [index, sparse] of describes.entries()) {
      if (this.#roles.get(sparse.name) === 'tooling') continue;
      this.#byName.set(
        sparse.name.toLowerCase(),
        completeDescribe(sparse, { ...options, ordinal: index + 1, user, recordType }),
      );
    }
    this.objects = [...this.#byName.values()];
  }

  /** Objects that only the Tooling API has. */
  get toolingObjects(): readonly string[] {
    return [...this.#roles].filter(([, role]) => role === 'tooling').map(([name]) => name);
  }

  /** The name of the object with this role; a file that takes its place need not say so again. */
  objectOfRole(wanted: Role): string {
    return [...this.#roles].find(([, role]) => role === wanted)?.[0] ?? '';
  }

  /** Case-insensitive. */
  find(name: string): ObjectSchema | undefined {
    return this.#byName.get(name.toLowerCase());
  }
}
