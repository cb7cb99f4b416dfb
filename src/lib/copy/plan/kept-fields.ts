import type { FieldIndex } from '../../describe/field-index.js';
import { compareKind, compareScale } from '../../load/check/match-text.js';
import type { CopyLookup, CopyMatch, CopyObject } from '../../run/copy-record.js';
import { selectAll } from '../../soql/select-all.js';

/**
 * Has the values read that matched records keep in the target, to tell where they are others than in the source: these are
 * never sent. Values that the plan replaces, and files, aren't compared.
 */
export function withKept(
  match: CopyMatch,
  { insertOnly = [], values = {} }: Pick<CopyObject, 'insertOnly' | 'values'>,
  { describe }: FieldIndex,
): CopyMatch {
  const isKey = (name: string): boolean => match.fields.some(({ field }) => field === name);
  const { leftOut } = selectAll({ describe });
  const fields = describe.fields.filter(
    ({ name }) =>
      insertOnly.includes(name) && !isKey(name) && values[name] === undefined && !leftOut.includes(name),
  );
  if (fields.length === 0) return match;
  const kept = fields.map((field) => {
    const scale = compareScale(field);
    return { field: field.name, compare: compareKind(field), ...(scale === undefined ? {} : { scale }) };
  });
  const names = ['Id', ...match.fields.map(({ field }) => field), ...kept.map(({ field }) => field)];
  return { ...match, kept, soql: selectAll({ describe, fields: names }).soql };
}

/**
 * Takes lookups out of what is compared whose parents the target itself matches, or makes: which records these are is not known
 * before they are loaded.
 */
export function withComparable(objects: readonly CopyObject[]): CopyObject[] {
  const unknown = objects.filter(({ key, personsOf }) => (key ?? personsOf) !== undefined);
  const isUnknown = ({ to }: CopyLookup): boolean => unknown.some(({ object }) => to.includes(object));
  return objects.map((each) => {
    if (each.match?.kept === undefined) return each;
    const { kept, ...match } = each.match;
    const left = kept.filter(
      ({ field }) => !each.lookups.some((lookup) => lookup.field === field && isUnknown(lookup)),
    );
    return { ...each, match: { ...match, ...(left.length === 0 ? {} : { kept: left }) } };
  });
}
