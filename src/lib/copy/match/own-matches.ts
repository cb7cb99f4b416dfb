import { idWords, writeId } from '../../csv/record-id.js';
import { UsageError } from '../../errors.js';
import type { CopyObject } from '../../run/copy-record.js';
import type { CopyMaps } from '../model/copy-maps.js';
import { numberNames } from '../model/numbered-ids.js';
import { copyFilesOf } from '../model/own-files.js';
import { entriesOf, sharedTarget } from './shared-target.js';

export type MatchedSetup = {
  readonly object: Pick<CopyObject, 'object' | 'match' | 'file' | 'keyPrefix'>;
  /** Which records of the source are which of the target, in whatever way that was found. */
  readonly matches: CopyMaps;
  /** What earlier copies know, of records outside of this one too: nothing is to overwrite what became of them. */
  readonly known: CopyMaps;
  /** The path of a file of the copy's own. */
  readonly pathFor: (name: string) => string;
};

/**
 * Makes sure that no two records of the source were matched to one of the target. Each way to match records sees to that for
 * itself, and two ways may reach the same record.
 * @throws UsageError two did; called before anything is sent
 */
export function requireOwnMatches({ object, matches, known, pathFor }: MatchedSetup): void {
  const { object: name, match } = object;
  const maps = matches.of(name);
  if (maps.length === 0) return;
  const path = pathFor(`match-targets-${name}`);
  const shared = sharedTarget(entriesOf(maps), path, entriesOf(known.of(name)));
  if (shared === undefined) return;
  const { target, sources } = shared;
  const nameOf = numberNames({ objects: [object] }) ?? ((id: string) => id);
  const isKnown = sources.map((id) => isIn(known, name, id));
  const key = match?.fields.map(({ field }) => field).join(', ');
  const byKey = key === undefined ? 'as the contact of a person' : `by the key ${key}`;
  const [one, other] = sources.map(
    (id, index) => `${nameOf(id)} (${isKnown[index] === true ? 'by --known-ids' : byKey})`,
  );
  const { ids } = copyFilesOf({ resultsDir: '' }, name);
  throw new UsageError(
    `${one} and ${other} of ${name} are both ${target} in the target: the one would overwrite the other.`,
    {
      actions: [
        ...(isKnown.includes(true)
          ? [
              `Remove the row of ${target} from ${ids} if it is wrong, or if its record is no longer in the source.`,
            ]
          : []),
        'Or give them different keys in the source, and copy again.',
      ],
      data: { object: name, target, sources: sources.map(nameOf) },
    },
  );
}

function isIn(maps: CopyMaps, object: string, id: string): boolean {
  const words = new Uint32Array(idWords);
  return writeId(id, words) && maps.find(object, words) instanceof Uint32Array;
}
