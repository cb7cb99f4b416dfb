import type { DescribeField } from '../../api/types.js';
import type { FieldIndex } from '../../describe/field-index.js';
import type { CopyLookup } from '../../run/copy-record.js';
import { byNameOf } from './plan-by-name.js';
import type { ObjectPlan } from './plan-file.js';
import { personContact } from './plan-persons.js';
import { keyFieldsOf, type ResolvedKey } from './resolve-key.js';

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
