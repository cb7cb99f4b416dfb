import { idWords, writeIdIn } from '../../csv/record-id.js';
import { IdMap, IdMapWriter } from '../../files/id-map.js';
import { compareKeys } from '../../files/record-sorter.js';
import type { CopyMatch } from '../../run/copy-record.js';
import { eachTargetKey, sourceKeyReader } from './match-key.js';
import type { MatchSetup } from './match-records.js';

/** The folder has the values of these fields, too. */
export type KeptSetup = Omit<MatchSetup, 'levels' | 'onMatch' | 'nextMap'>;

/** The hash of no value at all. */
const noValue = new Uint32Array(idWords);

/**
 * Counts the matched records that have other values in the target than in the source, in fields that a record keeps once it is
 * there. In constant memory: the target's values are hashed, by id, in a file.
 */
export async function countKept(setup: KeptSetup): Promise<number> {
  const { object, exported, matches, isIn, pathFor } = setup;
  const match = { fields: setup.match.kept ?? [] };
  if (match.fields.length === 0) return 0;
  const path = pathFor(`target-kept-${object.object}`);
  await writeTarget(path, setup.targetFolder, match);
  const target = IdMap.open(path);
  const reader = sourceKeyReader({ ...setup, match });
  const id = new Uint32Array(idWords);
  const idCell = exported.indexOf('Id');
  let count = 0;
  try {
    await exported.scan((record, row) => {
      if (!isIn(row) || !writeIdIn(record, idCell, id)) return;
      const matched = matches.find(object.object, id);
      if (!(matched instanceof Uint32Array)) return;
      const there = target.get(matched) ?? noValue;
      const state = reader.read(record);
      const own = state === 'empty' ? noValue : reader.words;
      // A parent that is new is another one than that which the record has.
      if (state === 'new' || compareKeys(there, own, idWords) !== 0) count += 1;
    });
    return count;
  } finally {
    target.close();
  }
}

/** Writes the hashes of the target's values by the ids of their records; none for records that have no value. */
async function writeTarget(path: string, folder: string, match: Pick<CopyMatch, 'fields'>): Promise<void> {
  const map = new IdMapWriter(path);
  try {
    await eachTargetKey(folder, match, (values, id) => {
      map.add(id, values);
    });
    await map.finish();
  } finally {
    map.discard();
  }
}
