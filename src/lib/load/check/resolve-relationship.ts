import type { DescribeField } from '../../api/types.js';
import { suggestion } from '../../describe/did-you-mean.js';
import { fieldIndexOf, type FieldIndex } from '../../describe/field-index.js';
import { isKey, keyFields } from './external-id.js';
import { headerProblem, type HeaderProblemCode, type ResolvedColumn } from './column.js';
import type { DescribeOf } from '../../describe/describe.js';

/** `Lead:Who.Email` in its parts. */
type RelationshipHeader = {
  readonly column: string;
  readonly objectType?: string;
  readonly relationship: string;
  readonly parentField: string;
};

/**
 * Finds what a header such as `Account.Ext__c` or `Lead:Who.Email` sets.
 * Rules of the service: one level up; the parent's field is an external id or has `idLookup`; the object type is
 * told exactly when the lookup can point at several (Bulk API guide: Prepare CSV Files, Relationship Fields).
 */
export async function resolveRelationship(
  column: string,
  index: FieldIndex,
  describeOf: DescribeOf,
): Promise<ResolvedColumn> {
  const header = parseHeader(column);
  if (header === undefined) {
    return refuse('RELATIONSHIP_TOO_DEEP', column, tooDeep(column));
  }
  const lookup = index.relationship(header.relationship);
  if (lookup === undefined) return unknownRelationship(header, index);
  return (
    (await wrongObjectType(header, lookup, describeOf)) ?? resolveParentField(header, lookup, describeOf)
  );
}

function parseHeader(column: string): RelationshipHeader | undefined {
  const match = /^(?:([^:.]+):)?([^:.]+)\.([^:.]+)$/.exec(column);
  if (match === null) return undefined;
  const [, objectType, relationship = '', parentField = ''] = match;
  return { column, relationship, parentField, ...(objectType === undefined ? {} : { objectType }) };
}

/**
 * A parent's column without the object's name where the relationship leads to that object alone: mapping files of Data
 * Loader name it always, and the service takes it only where there are several.
 */
export function withoutNeedlessType(column: string, index: FieldIndex): string {
  const header = parseHeader(column);
  if (header?.objectType === undefined) return column;
  const { objectType, relationship, parentField } = header;
  const [parent = '', ...others] = index.relationship(relationship)?.referenceTo ?? [];
  return others.length === 0 && same(parent, objectType) ? `${relationship}.${parentField}` : column;
}

function tooDeep(column: string): string {
  return column.split('.').length > 2
    ? `"${column}" goes up more than one level. A parent is named by "RELATIONSHIP.FIELD", one level up.`
    : `"${column}" cannot be read. A parent is named by "RELATIONSHIP.FIELD", or "OBJECT:RELATIONSHIP.FIELD".`;
}

function unknownRelationship({ column, relationship, parentField }: RelationshipHeader, index: FieldIndex) {
  const lookup = index.field(relationship)?.relationshipName ?? index.nearestRelationship(relationship);
  const hint = suggestion(lookup === undefined ? undefined : `${lookup}.${parentField}`);
  const message = `${index.describe.name} has no relationship "${relationship}" to a parent.${hint}`;
  return { problem: headerProblem('UNKNOWN_RELATIONSHIP', column, message), unknown: true };
}

/** So many objects are asked for their keys to say which a column may mean. */
const mostParentsAsked = 5;

async function wrongObjectType(
  header: RelationshipHeader,
  lookup: DescribeField,
  describeOf: DescribeOf,
): Promise<ResolvedColumn | undefined> {
  const { column, objectType, relationship, parentField } = header;
  const parents = lookup.referenceTo;
  if (objectType === undefined) {
    if (parents.length < 2) return undefined;
    const meant = parents.length > mostParentsAsked ? [] : await keyedBy(parentField, parents, describeOf);
    const way =
      meant.length > 0
        ? `Write ${either(meant.map((parent) => `"${parent}:${relationship}.${parentField}"`))}.`
        : `Write "OBJECT:${relationship}.KEY": OBJECT is ${either([...parents])}, and KEY is an external id or a lookup key of that object.`;
    const message = `"${relationship}" can point at several objects. ${way}`;
    return refuse('OBJECT_TYPE_REQUIRED', column, message);
  }
  if (parents.length === 1) {
    const message =
      `"${relationship}" points only at ${parents.join()}, and the service then refuses the object's name.` +
      ` Write "${relationship}.${parentField}".`;
    return refuse('OBJECT_TYPE_NOT_ALLOWED', column, message);
  }
  if (parents.some((parent) => same(parent, objectType))) return undefined;
  const message = `"${relationship}" does not point at ${objectType}, but at ${either([...parents])}.`;
  return refuse('OBJECT_TYPE_UNKNOWN', column, message);
}

/** Those of the objects whose records can be found by a field of this name. */
async function keyedBy(
  name: string,
  objects: readonly string[],
  describeOf: DescribeOf,
): Promise<readonly string[]> {
  const describes = await Promise.all(objects.map(describeOf));
  return objects.filter((_, at) => {
    const describe = describes[at];
    const field = describe === undefined ? undefined : fieldIndexOf(describe).field(name);
    return field !== undefined && isKey(field);
  });
}

async function resolveParentField(
  { column, objectType, parentField }: RelationshipHeader,
  lookup: DescribeField,
  describeOf: DescribeOf,
): Promise<ResolvedColumn> {
  if (same(parentField, 'Id')) {
    const message = `The parent's id goes into the column "${lookup.name}".`;
    return refuse('RELATIONSHIP_BY_ID', column, message);
  }
  const parentName = lookup.referenceTo.find((name) => same(name, objectType ?? name));
  const parent = parentName === undefined ? undefined : await describeOf(parentName);
  if (parent === undefined) return { target: { field: lookup, byParentKey: true } };
  const index = fieldIndexOf(parent);
  const field = index.field(parentField);
  if (field === undefined) {
    const hint = suggestion(index.nearestField(parentField));
    const message = `${parent.name} has no field "${parentField}".${hint}`;
    return refuse('UNKNOWN_PARENT_FIELD', column, message);
  }
  if (isKey(field)) return { target: { field: lookup, byParentKey: true, parentField: field } };
  const keys = keyFields(parent);
  const way =
    keys.length === 0
      ? `It has none besides Id, which goes into the column "${lookup.name}".`
      : `It has ${either(keys)}.`;
  const message = `Records of ${parent.name} can be found by an external id or a lookup key, not by "${field.name}". ${way}`;
  return refuse('NOT_A_KEY', column, message);
}

function refuse(code: HeaderProblemCode, column: string, message: string): ResolvedColumn {
  return { problem: headerProblem(code, column, message), unknown: false };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function either(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}
