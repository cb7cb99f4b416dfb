import type { CopyParentKey, CopyLookup, CopyObject } from '../../run/copy-record.js';
import type { PlannedObject } from './planned-object.js';
import { compareKind } from '../../load/check/match-text.js';
import { idWords, writeId } from '../../csv/record-id.js';

/** Finds the lookups whose values are keys of parents, by the children's object. @param problems gets what is wrong with them */
export function resolveParentKeys(
  objects: readonly PlannedObject[],
  problems: string[],
): ReadonlyMap<string, readonly CopyParentKey[]> {
  const found = new Map<string, CopyParentKey[]>();
  for (const child of objects) {
    const fail = (what: string): void => void problems.push(`${child.name}: ${what}.`);
    for (const [name, { of, by }] of Object.entries(child.plan.lookups ?? {})) {
      if (of === undefined || by === undefined) continue;
      const key = resolve(child, { name, of, by }, { objects, fail });
      if (key !== undefined) found.set(child.name, [...(found.get(child.name) ?? []), key]);
    }
  }
  return found;
}

type Given = { readonly name: string; readonly of: string; readonly by: string };
type Surroundings = { readonly objects: readonly PlannedObject[]; readonly fail: (what: string) => void };

function resolve(
  child: PlannedObject,
  { name, of, by }: Given,
  { objects, fail }: Surroundings,
): CopyParentKey | undefined {
  const field = child.source.field(name);
  const parent = objects.find((each) => each.name.toLowerCase() === of.toLowerCase());
  const key = parent?.source.field(by);
  if (child.plan.file === undefined) fail(`"of" and "by" are for files, and its records come from an org`);
  else if (field === undefined) fail(`it has no column for ${name}`);
  else if (parent === undefined) fail(`${name} refers to ${of}, which isn't in the plan`);
  else if (!field.referenceTo.includes(parent.name)) fail(`${name} can't refer to ${parent.name}`);
  else if (key === undefined)
    fail(`${name} is looked for by ${by}, which ${parent.name} doesn't have or leaves out`);
  else return { field: field.name, of: parent.name, by: key.name, compare: compareKind(key) };
  return undefined;
}

const scratch = new Uint32Array(idWords);

/** Notes with lookups which of their parents they can't find, since the files of these have no ids, unless that is wanted. */
export function withParentsWithoutIds(
  objects: readonly CopyObject[],
  planned: readonly PlannedObject[],
): CopyObject[] {
  const numbered = new Set(
    objects.flatMap(({ object, file }) => (file?.isNumbered === true ? [object] : [])),
  );
  const prefixes = new Map(planned.map(({ name, targetPrefix }) => [name, targetPrefix]));
  return objects.map((each) => {
    const own = planned.find(({ name }) => name === each.object);
    const lookups = each.lookups.map((lookup) => {
      const parents = lookup.to.filter((name) => numbered.has(name));
      const isNamed = each.parentKeys?.some(({ field }) => field === lookup.field) === true;
      const isWanted = lookup.missing === 'hold' || own?.givenFor(lookup.field) === 'clear';
      if (parents.length === 0 || isNamed || isWanted) return lookup;
      const refersToOne = (own?.source.field(lookup.field)?.referenceTo.length ?? 0) <= 1;
      const withoutIds = parents.map((object) => {
        const prefix = refersToOne ? undefined : prefixes.get(object);
        return prefix === undefined ? { object } : { object, prefix };
      });
      return { ...lookup, withoutIds };
    });
    return { ...each, lookups };
  });
}

/** The parent without ids that a value may refer to; undefined where it is the id of a record of no such object. */
export function parentWithoutIds({ withoutIds }: CopyLookup, value: string): string | undefined {
  return withoutIds?.find(({ prefix }) => prefix === undefined || mayBeginWith(prefix, value))?.object;
}

/** Standard objects have the same prefix in every org; those of custom objects differ, and begin with the same letter. */
function mayBeginWith(prefix: string, value: string): boolean {
  if (!writeId(value, scratch)) return true;
  return value.startsWith(prefix.startsWith('a') ? 'a' : prefix);
}

/**
 * What is wrong with the ids in files: lookups tell objects apart by the first three characters of ids, so that no two objects
 * that lookups refer to may share them.
 */
export function sharedPrefixes(objects: readonly CopyObject[]): string[] {
  const parents = new Set(objects.flatMap(({ lookups }) => lookups.flatMap(({ to }) => to)));
  return objects.flatMap((one, at) => {
    const other = objects
      .slice(at + 1)
      .find(({ keyPrefix }) => keyPrefix === one.keyPrefix && keyPrefix !== '');
    if (other === undefined || ![one, other].some(({ object }) => parents.has(object))) return [];
    return `${one.object} and ${other.object}: their Ids begin with the same characters, "${one.keyPrefix}", so that lookups can't tell them apart. Use the Ids of their org; or leave Id out of one of the files (map: { Id: "" }), and name its records by a key ("of" and "by").`;
  });
}
