import { idWords, writeIdIn } from '../../csv/record-id.js';
import { IdMap, IdMapWriter } from '../../files/id-map.js';
import { compareKeys } from '../../files/record-sorter.js';
import type { CopyMatch, CopyObject, CopyOwners } from '../../run/copy-record.js';
import { ExportedRecords } from '../source/exported-records.js';
import { templateOf } from '../plan/row-template.js';
import type { CopyMaps } from '../model/copy-maps.js';
import { keyTranslator, keyValues, MatchKeyReader } from './match-key.js';

export type KeptSetup = {
  readonly object: CopyObject;
  readonly match: CopyMatch;
  readonly exported: ExportedRecords;
  /** The folder that the keys of the target were exported to, with the values of these fields. */
  readonly targetFolder: string;
  readonly prefixes: ReadonlyMap<string, string>;
  readonly matches: CopyMaps;
  readonly known: CopyMaps;
  readonly owners: CopyOwners | undefined;
  /** Whether a row of the export belongs to the copy. */
  readonly isIn: (row: number) => boolean;
  readonly pathFor: (name: string) => string;
};

/** The hash of no value at all. */
const noValue = new Uint32Array(idWords);

/**
 * Counts the matched records that have other values in the target than in the source, in fields that a record keeps once it is
 * there. In constant memory: the target's values are hashed, by id, in a file.
 */
export async function countKept(setup: KeptSetup): Promise<number> {
  const { object, exported, matches, known, isIn, pathFor } = setup;
  const match = { fields: setup.match.kept ?? [] };
  if (match.fields.length === 0) return 0;
  const path = pathFor(`target-kept-${object.object}`);
  await writeTarget(path, setup.targetFolder, match);
  const target = IdMap.open(path);
  const find: KeptFind = (name, id) => matches.find(name, id) ?? known.find(name, id);
  const values = keyValues({ match, set: object.set }, exported.columns);
  const reader = new MatchKeyReader({ match, values, translate: keyTranslator({ ...setup, match, find }) });
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

type KeptFind = Parameters<typeof keyTranslator>[0]['find'];

/** Writes the hashes of the target's values by the ids of their records; none for records that have no value. */
async function writeTarget(path: string, folder: string, match: Pick<CopyMatch, 'fields'>): Promise<void> {
  const exported = await ExportedRecords.open(folder);
  const values = match.fields.map(({ field }) => templateOf(`\${${field}}`, exported.columns));
  const reader = new MatchKeyReader({ match, values });
  const map = new IdMapWriter(path);
  const id = new Uint32Array(idWords);
  const idCell = exported.indexOf('Id');
  try {
    await exported.scan((record) => {
      if (reader.read(record) === 'key' && writeIdIn(record, idCell, id)) map.add(id, reader.words);
    });
    await map.finish();
  } finally {
    map.discard();
  }
}
