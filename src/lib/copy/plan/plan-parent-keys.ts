import type { CopyParentKey } from '../../run/copy-record.js';
import type { PlannedObject } from './planned-object.js';
import { compareKind } from '../../load/check/match-text.js';

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
  else if (key === undefined) fail(`${name} is looked for by ${by}, which ${parent.name} doesn't have`);
  else return { field: field.name, of: parent.name, by: key.name, compare: compareKind(key) };
  return undefined;
}
