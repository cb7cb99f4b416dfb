import type { CopyMaps, KnownRecord } from '../model/copy-maps.js';

type Known = {
  readonly maps: CopyMaps;
  /** Records that were matched before anything was sent. */
  readonly matches: CopyMaps;
  /** What earlier copies know, of other records too. */
  readonly known: CopyMaps;
};

/**
 * What a lookup to a record finds. A record that the target had before the copy is there, whatever becomes of its update: what
 * refers to it need not wait.
 */
export function findParent(object: string, id: Uint32Array, { maps, matches, known }: Known): KnownRecord {
  const loaded = maps.find(object, id);
  if (loaded instanceof Uint32Array) return loaded;
  const matched = matches.find(object, id);
  if (matched instanceof Uint32Array) return matched;
  return loaded ?? known.find(object, id);
}
