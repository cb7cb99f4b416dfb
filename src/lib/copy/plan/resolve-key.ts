import type { DescribeField } from '../../api/types.js';
import type { FieldIndex } from '../../describe/field-index.js';
import { keyKind } from '../../load/check/key.js';
import { compareKind, compareScale } from '../../load/check/match-text.js';
import type { CopyMatch, CopyObject, CopyLookup } from '../../run/copy-record.js';
import { distinctNames, selectAll } from '../../soql/select-all.js';
import type { ObjectPlan } from './plan-file.js';
import { isCreateOnly, isRequiredIn } from './field-rules.js';
import { byNameOf } from './plan-by-name.js';
import { personContact } from './plan-persons.js';

export type KeySetup = {
  readonly plan: ObjectPlan;
  readonly source: FieldIndex;
  readonly target: FieldIndex;
  /** Values by field, in the target's spelling. */
  readonly set: Readonly<Record<string, string>>;
  /** Ids of earlier copies tell which records the target has. */
  readonly hasKnownIds: boolean;
  /** The key of another object has a lookup to this one, so that its ids have to be known before anything is sent. */
  readonly isParentInKey: boolean;
  readonly fail: (what: string) => void;
  /** The field of a name; undefined after a failure. */
  readonly known: (name: string, index: FieldIndex, which: 'source' | 'target') => DescribeField | undefined;
};

/** How an object's records are matched, and what becomes of them then. */
export type ResolvedKey = Pick<CopyObject, 'operation' | 'key' | 'match'> & {
  /** Fields of the key that are read from the source. */
  readonly fields: readonly string[];
};

/**
 * Decides who matches the records of an object. The target does, by an upsert of its own, where the key is one external id
 * that it lets no two records share; else its ids and keys are read, and compared here.
 */
export function resolveKey(setup: KeySetup): ResolvedKey {
  const { plan, target, hasKnownIds, fail } = setup;
  const names = distinctNames(plan.key ?? []);
  if (names.length === 0) {
    if (plan.operation !== undefined && plan.operation !== 'insert') {
      const article = /^[aeiou]/.test(plan.operation) ? 'an' : 'a';
      fail(`${article} ${plan.operation} needs a key`);
    }
    return { operation: plan.operation ?? (hasKnownIds ? 'upsert' : 'insert'), fields: [] };
  }
  const fields = names.flatMap((name) => keyField(name, setup) ?? []);
  if (names.length > 1 && fields.some(({ name }) => name === 'Id'))
    fail('Id can\'t be a part of a key: it tells records apart alone. Use "key: Id"');
  const operation = plan.operation ?? 'upsert';
  const read = fields.map(({ name }) => name).filter((name) => setup.set[name] === undefined);
  const only = names.length === 1 ? fields.find(isUnique) : undefined;
  if (only !== undefined && isNative(setup))
    return { operation, key: { field: only.name, kind: keyKind(only), ...scaleOf(only) }, fields: read };
  const match: CopyMatch = {
    ...(only === undefined ? {} : { unique: { field: only.name, kind: keyKind(only) } }),
    fields: fields.map((field) => ({ field: field.name, compare: compareKind(field), ...scaleOf(field) })),
    soql: selectAll({ describe: target.describe, fields: ['Id', ...fields.map(({ name }) => name)] }).soql,
  };
  return { operation, match, fields: read };
}

/** A field of the key, as the target describes it. */
function keyField(name: string, { source, target, set, fail, known }: KeySetup): DescribeField | undefined {
  const field = known(name, target, 'target');
  if (field === undefined) return undefined;
  if (set[field.name] === undefined && known(name, source, 'source') === undefined) return undefined;
  const isWhole = selectAll({ describe: { ...target.describe, fields: [field] } }).leftOut.length > 0;
  if (isWhole) fail(`${field.name} can't be a key: it is read by its parts, or not at all`);
  return field;
}

/** Whether a field is one that an upsert could match records by. */
function isUnique(field: DescribeField): boolean {
  const isWritten = field.createable && field.updateable && field.type !== 'reference';
  return (field.externalId || field.idLookup) && field.unique === true && isWritten;
}

/** Whether the target may match the records of an object by such a field. */
function isNative(setup: KeySetup): boolean {
  const { plan, isParentInKey, hasKnownIds } = setup;
  if (isParentInKey || (plan.operation ?? 'upsert') !== 'upsert') return false;
  // Whether an upsert would reach what an earlier copy knows as another record has to be known before it is sent.
  return !hasKnownIds && !hasCreateOnly(setup);
}

/** An upsert of what is there fails by a field that only new records take; without it, new ones fail that must have it. */
function hasCreateOnly({ target, set }: KeySetup): boolean {
  return target.describe.fields.some(
    (field) => isCreateOnly(field) && (isRequiredIn(field) || set[field.name] !== undefined),
  );
}

function scaleOf(field: DescribeField): { readonly scale?: number } {
  const scale = compareScale(field);
  return scale === undefined ? {} : { scale };
}

export function isInKey(key: ResolvedKey, name: string): boolean {
  return keyFieldsOf(key).includes(name);
}

/** Of a key that is matched here. */
export function keyFieldsOf({ match }: ResolvedKey): string[] {
  return (match?.fields ?? []).map(({ field }) => field);
}

type KeyedObject = { readonly name: string; readonly plan: ObjectPlan; readonly source: FieldIndex };

/**
 * Objects whose records have to be matched before anything is sent, since lookups in the keys of others refer to them, or to
 * the contacts that the target has made for their persons.
 */
export function parentsInKeys(objects: readonly KeyedObject[]): ReadonlySet<string> {
  const refersTo = objects.map(({ name, plan, source }) => ({
    name,
    parents: (plan.key ?? []).flatMap((field) => source.field(field)?.referenceTo ?? []),
  }));
  const named = new Set(refersTo.flatMap(({ parents }) => parents));
  const others = refersTo.flatMap(({ name, parents }) => parents.filter((parent) => parent !== name));
  const ofPersons = objects.filter(({ source }) =>
    source.field(personContact)?.referenceTo.some((contact) => named.has(contact)),
  );
  return new Set([...others, ...ofPersons.map(({ name }) => name)]);
}

type Lookups = {
  readonly plan: ObjectPlan;
  readonly target: FieldIndex;
  /** Values by field, in the target's spelling. */
  readonly set: Readonly<Record<string, string>>;
  readonly lookups: readonly CopyLookup[];
};

/**
 * What is wrong with the lookups of a key that is matched here. They are compared by ids of the target, so that each has to
 * find its parent; what is sent in its place would not be found again.
 */
export function keyLookupProblems(key: ResolvedKey, { plan, target, set, lookups }: Lookups): string[] {
  return keyFieldsOf(key).flatMap((name) => {
    const field = target.field(name);
    if (field?.type !== 'reference' || set[name] !== undefined) return [];
    const lookup = lookups.find((each) => each.field === name);
    if (lookup?.missing === 'default')
      return `${name} can't become you, as "else: me" says: it is a part of the key. Use owners: { match: Username, else: hold }`;
    if (lookup !== undefined) return [];
    const isLeftOut = plan.except?.some((each) => each.toLowerCase() === name.toLowerCase()) === true;
    return isLeftOut ? `${name} is a part of the key, and "except" leaves it out` : notFollowed(field);
  });
}

function notFollowed(field: DescribeField): string {
  const { name, referenceTo } = field;
  if (byNameOf(field, { owners: { else: 'me' } }) === 'owner')
    return `the key field ${name} refers to owners; say how they are matched: owners: { match: Username, else: hold }`;
  return `the key field ${name} refers to ${referenceTo.join(' or ')}, not in the plan; add it, with "operation: reference" if its records are there already`;
}
