import { idWords, writeId } from '../../csv/record-id.js';
import type { CopyLookup, CopyObject } from '../../run/copy-record.js';
import type { PlannedObject } from './planned-object.js';

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
