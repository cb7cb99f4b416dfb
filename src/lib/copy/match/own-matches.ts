import { idWords, writeId, writeIdIn } from '../../csv/record-id.js';
import { UsageError } from '../../errors.js';
import { IdMapWriter, readEntries } from '../../files/id-map.js';
import type { CopyObject } from '../../run/copy-record.js';
import type { CopyMaps } from '../model/copy-maps.js';
import type { ExportedRecords } from '../source/exported-records.js';
import { numberNames } from '../model/numbered-ids.js';
import { copyFilesOf } from '../model/copy-files.js';
import { entriesOf, sharedTarget } from './shared-target.js';

export type MatchedSetup = {
  readonly object: Pick<CopyObject, 'object' | 'match' | 'file' | 'keyPrefix' | 'soql'>;
  readonly exported: ExportedRecords;
  /** Whether a row of the export belongs to the copy. */
  readonly isIn: (row: number) => boolean;
  /** Which records of the source are which of the target, in whatever way that was found. */
  readonly matches: CopyMaps;
  /** What earlier copies know, of records outside of this one too. */
  readonly known: CopyMaps;
  /** The path of a file of the copy's own. */
  readonly pathFor: (name: string) => string;
};

/**
 * Makes sure that no two records of the source were matched to one of the target. Each way to match records sees to that for
 * itself, and two ways may reach the same record.
 * @throws UsageError two did; called before anything is sent
 */
export async function requireOwnMatches(setup: MatchedSetup): Promise<void> {
  const { object, matches, known, pathFor } = setup;
  const { object: name, match } = object;
  const maps = matches.of(name);
  if (maps.length === 0) return;
  const shared = sharedTarget(entriesOf(maps), pathFor(`match-targets-${name}`), await knownElsewhere(setup));
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
        'Give them different keys in the source, and copy again.',
        ...(isKnown.includes(true)
          ? [
              `Or remove the row of ${target} from ${ids} if it is wrong, or if its record is no longer in the source.`,
            ]
          : []),
      ],
      data: { object: name, target, sources: sources.map(nameOf) },
    },
  );
}

function isIn(maps: CopyMaps, object: string, id: string): boolean {
  const words = new Uint32Array(idWords);
  return writeId(id, words) && maps.find(object, words) instanceof Uint32Array;
}

/**
 * What earlier copies know of records that are not in this one. Those that are gone from the source have left their places; of
 * records that a condition or a file leaves out nobody knows whether they are.
 */
async function knownElsewhere(setup: MatchedSetup): Promise<Iterable<Uint32Array>> {
  const { object, exported, known, isIn, pathFor } = setup;
  const maps = known.of(object.object);
  const isWhole = object.file === undefined && !/\sWHERE\s/i.test(object.soql);
  if (maps.length === 0 || !isWhole) return entriesOf(maps);
  const path = pathFor(`match-elsewhere-${object.object}`);
  const elsewhere = new IdMapWriter(path);
  const id = new Uint32Array(idWords);
  const idCell = exported.indexOf('Id');
  try {
    await exported.scan((record, row) => {
      if (isIn(row) || !writeIdIn(record, idCell, id)) return;
      const target = known.find(object.object, id);
      if (target instanceof Uint32Array) elsewhere.add(id, target);
    });
    await elsewhere.finish();
  } finally {
    elsewhere.discard();
  }
  return readEntries(path);
}
