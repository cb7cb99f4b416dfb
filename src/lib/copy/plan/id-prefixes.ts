import type { CopyObject } from '../../run/copy-record.js';

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
