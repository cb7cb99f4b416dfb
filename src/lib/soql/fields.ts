import type { DescribeField, SObjectDescribe } from '../api/types.js';
import type { DescribeOf } from '../describe/describe.js';
import { suggestion } from '../describe/did-you-mean.js';
import { FieldIndex } from '../describe/field-index.js';
import type { SoqlOutline } from './outline.js';
import { mostProblems, positionAt, type SoqlProblem } from './problem.js';
import type { FieldPlace, SoqlShape } from './shape.js';

type Found = { readonly field: DescribeField; readonly index: FieldIndex; readonly prefix: string };

type Fault = Pick<SoqlProblem, 'code' | 'message' | 'wayOut' | 'restServes'>;

/**
 * Checks the fields of a query against the object's describe and those of its parents: names that do not exist, and
 * fields that a Bulk job cannot return. Objects that cannot be described are passed over.
 * @returns the first 20 problems
 */
export async function fieldProblems(
  shape: SoqlShape,
  outline: SoqlOutline,
  describeOf: DescribeOf,
): Promise<SoqlProblem[]> {
  const describe = await describeOf(shape.object);
  if (describe === undefined) return [];
  const indexOf = fieldIndexes();
  const problems: SoqlProblem[] = [];
  for (const { path, start, isSelected } of fieldPlaces(shape)) {
    const found = await findField(path, indexOf(describe), async (object) => {
      const parent = await describeOf(object);
      return parent === undefined ? undefined : indexOf(parent);
    });
    const fault =
      found !== undefined && 'field' in found ? (isSelected ? unreturnable(found) : undefined) : found;
    if (fault !== undefined) problems.push({ ...fault, position: positionAt(outline.soql, start) });
    if (problems.length >= mostProblems) break;
  }
  return problems;
}

/** An index for each object, made once: a query may name thousands of fields. */
function fieldIndexes(): (describe: SObjectDescribe) => FieldIndex {
  const indexes = new Map<SObjectDescribe, FieldIndex>();
  return (describe) => {
    const index = indexes.get(describe) ?? new FieldIndex(describe);
    indexes.set(describe, index);
    return index;
  };
}

/** Every field that the outermost query names, and whether it is selected as it is. */
function fieldPlaces({ items, compared }: SoqlShape): Array<FieldPlace & { readonly isSelected: boolean }> {
  const selected = items.flatMap(({ kind, path, start }) =>
    path === undefined || kind === 'subquery' ? [] : [{ path, start, isSelected: kind === 'field' }],
  );
  return [...selected, ...compared.map((place) => ({ ...place, isSelected: false }))];
}

/** The field at the end of a path, what is wrong with the path, or undefined where describes cannot tell. */
async function findField(
  path: string,
  start: FieldIndex,
  indexOf: (object: string) => Promise<FieldIndex | undefined>,
): Promise<Found | Fault | undefined> {
  const names = path.split('.');
  const last = names.pop() ?? path;
  let index = start;
  let prefix = '';
  for (const name of names) {
    const lookup = index.relationship(name);
    if (lookup === undefined) return unknownRelationship(name, index);
    const [parent, ...others] = lookup.referenceTo;
    // The fields of a lookup to several objects are those that all of them share, which no describe lists.
    if (parent === undefined || others.length > 0) return undefined;
    const next = await indexOf(parent);
    if (next === undefined) return undefined;
    index = next;
    prefix += `${name}.`;
  }
  const field = index.field(last);
  return field === undefined ? unknownField(last, index) : { field, index, prefix };
}

function unknownRelationship(name: string, index: FieldIndex): Fault {
  const nearest = index.field(name)?.relationshipName ?? index.nearestRelationship(name);
  return {
    code: 'UNKNOWN_RELATIONSHIP',
    message: `${index.describe.name} has no relationship "${name}" to a parent.${suggestion(nearest)}`,
    wayOut: 'Fix the name, or ask your administrator whether you may see the field.',
    restServes: false,
  };
}

function unknownField(name: string, index: FieldIndex): Fault {
  const lookup = index.relationship(name);
  const hint =
    lookup === undefined
      ? suggestion(index.nearestField(name))
      : ` "${name}" is a relationship: use "${lookup.name}" for the id, or "${name}.FIELD".`;
  return {
    code: 'UNKNOWN_FIELD',
    message: `${index.describe.name} has no field "${name}".${hint}`,
    wayOut: 'Fix the name, or ask your administrator whether you may see the field.',
    restServes: false,
  };
}

function unreturnable({ field, index, prefix }: Found): Fault | undefined {
  const path = `${prefix}${field.name}`;
  if (isCompound(field)) {
    const components = index.components(field).map((name) => `${prefix}${name}`);
    return {
      code: 'COMPOUND_FIELD',
      message: `"${path}" is made of several fields, and Bulk jobs return only single ones.`,
      wayOut: components.length === 0 ? `Leave out ${path}.` : `Select ${components.join(', ')} instead.`,
      restServes: true,
    };
  }
  if (!isBlob(field)) return undefined;
  return {
    code: 'BLOB_FIELD',
    message: `"${path}" holds a file, which Bulk jobs do not return.`,
    wayOut: `Leave out ${path} and fetch each file by its record's id over REST.`,
    restServes: true,
  };
}

/** Addresses and geolocations, which the service calls compound fields. Names are not: they are plain text. */
export function isCompound(field: DescribeField): boolean {
  return field.type === 'address' || field.type === 'location';
}

export function isBlob(field: DescribeField): boolean {
  return field.type === 'base64';
}
