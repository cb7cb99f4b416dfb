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

/** What a schema file holds: a describe result, in which all that follows from the rest may be left out. */
type SparseDescribe = { readonly name: string; readonly fields: readonly SparseField[] } & Record<
  string,
  unknown
>;

const builtInFolder = join(import.meta.dirname, '..', '..', 'schema');

/** Every object has these; a file that names no `Id` gets them all. */
const systemFields: readonly SparseField[] = [
  { name: 'Id', type: 'id', label: 'Record ID', idLookup: true },
  { name: 'IsDeleted', type: 'boolean', label: 'Deleted' },
  { name: 'CreatedDate', type: 'datetime' },
  { name: 'CreatedById', type: 'reference', referenceTo: ['User'], relationshipName: 'CreatedBy' },
  { name: 'LastModifiedDate', type: 'datetime' },
  { name: 'LastModifiedById', type: 'reference', referenceTo: ['User'], relationshipName: 'LastModifiedBy' },
  { name: 'SystemModstamp', type: 'datetime' },
].map((field) => ({
  ...field,
  nillable: false,
  createable: false,
  updateable: false,
  defaultedOnCreate: true,
}));

function completeDescribe(sparse: SparseDescribe, ordinal: number): ObjectSchema {
  const { name } = sparse;
  const hasId = sparse.fields.some((field) => field.name === 'Id');
  const [id, ...audit] = systemFields;
  const fields = hasId || id === undefined ? sparse.fields : [id, ...sparse.fields, ...audit];
  const url = `/services/data/v67.0/sobjects/${name}`;
  return {
    activateable: false,
    createable: true,
    custom: name.endsWith('__c'),
    deletable: true,
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
    updateable: true,
    urls: { sobject: url, describe: `${url}/describe`, rowTemplate: `${url}/{ID}` },
    childRelationships: [],
    ...sparse,
    fields: fields.map((field) => completeField(field)),
  };
}

function readDescribes(file: string): readonly SparseDescribe[] {
  const content = JSON.parse(readFileSync(file, 'utf8')) as SparseDescribe | readonly SparseDescribe[];
  return Array.isArray(content) ? (content as readonly SparseDescribe[]) : [content as SparseDescribe];
}

/** All objects of the org: the built-in ones, then those of `files`, each a describe result or a list of them. */
export class Schema {
  readonly objects: readonly ObjectSchema[];
  readonly #byName = new Map<string, ObjectSchema>();

  constructor(files: readonly string[] = []) {
    const builtIn = readdirSync(builtInFolder)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => join(builtInFolder, file));
    let ordinal = 0;
    for (const sparse of [...builtIn, ...files].flatMap(readDescribes)) {
      this.#byName.set(sparse.name.toLowerCase(), completeDescribe(sparse, (ordinal += 1)));
    }
    this.objects = [...this.#byName.values()];
  }

  /** Case-insensitive. */
  find(name: string): ObjectSchema | undefined {
    return this.#byName.get(name.toLowerCase());
  }
}
