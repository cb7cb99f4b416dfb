import type { DescribeField } from '../api/types.js';
import type { DescribeOf } from '../describe/describe-of.js';
import { suggestion } from '../describe/did-you-mean.js';
import { FieldIndex } from '../describe/field-index.js';
import { clauseTokens, type SoqlOutline } from './outline.js';
import { positionAt, type SoqlProblem } from './problem.js';
import { withoutAlias, type SoqlShape } from './shape.js';

type Place = { readonly path: string; readonly offset: number; readonly selected: boolean };

type Found = { readonly field: DescribeField; readonly index: FieldIndex; readonly prefix: string };

type Fault = Pick<SoqlProblem, 'code' | 'message' | 'wayOut' | 'restServes'>;

/**
 * Holds the fields of a query against the object's describe and those of its parents: names that do not exist,
 * and fields that a Bulk job cannot return. Objects that cannot be described are passed over.
 */
export async function fieldProblems(
  shape: SoqlShape,
  outline: SoqlOutline,
  describeOf: DescribeOf,
): Promise<SoqlProblem[]> {
  const describe = await describeOf(shape.object);
  if (describe === undefined) return [];
  const index = new FieldIndex(describe);
  const problems: SoqlProblem[] = [];
  for (const { path, offset, selected } of places(shape, outline)) {
    const found = await findField(path, index, describeOf);
    const fault =
      found !== undefined && 'field' in found ? (selected ? unreturnable(found) : undefined) : found;
    if (fault !== undefined) problems.push({ ...fault, position: positionAt(outline.soql, offset) });
  }
  return problems;
}

/** Every path the outermost query names, with its place in the text. */
function places(shape: SoqlShape, outline: SoqlOutline): Place[] {
  const selected = shape.items.flatMap(({ kind, path, start }) =>
    path === undefined ? [] : [{ path, offset: start, selected: kind === 'field' }],
  );
  const compared = new Set(shape.conditionPaths);
  const ordered = new Set(shape.hasGroupBy ? [] : shape.orderBy);
  const others = (['WHERE', 'ORDER BY'] as const).flatMap((clause) =>
    clauseTokens(outline, clause).flatMap(({ text, start }) => {
      const path = withoutAlias(text, outline);
      const known = clause === 'WHERE' ? compared : ordered;
      return known.has(path) ? [{ path, offset: start, selected: false }] : [];
    }),
  );
  return [...selected, ...others];
}

/** The field at the end of a path, what is wrong with the path, or undefined where describes cannot tell. */
async function findField(
  path: string,
  start: FieldIndex,
  describeOf: DescribeOf,
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
    const describe = await describeOf(parent);
    if (describe === undefined) return undefined;
    index = new FieldIndex(describe);
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
    wayOut: 'Correct the name, or ask your administrator whether you may see the field.',
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
    wayOut: 'Correct the name, or ask your administrator whether you may see the field.',
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
