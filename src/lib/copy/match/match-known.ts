import type { CopyObject } from '../../run/copy-record.js';
import type { CopyMaps } from '../model/copy-maps.js';
import type { ExportedRecords } from '../source/exported-records.js';
import { IdMapWriter } from '../../files/id-map.js';
import { idWords, writeIdIn } from '../../csv/record-id.js';

export type KnownSetup = {
  readonly object: Pick<CopyObject, 'object'>;
  readonly exported: ExportedRecords;
  /** What earlier copies know. */
  readonly known: CopyMaps;
  /** Which records of the source are which of the target; those that are found are added. */
  readonly matches: CopyMaps;
  /** Whether a row of the export belongs to the copy. */
  readonly isIn: (row: number) => boolean;
  /** Called for each record that was matched. */
  readonly onMatch: (row: number) => void;
  /** The path of the next map of the object. */
  readonly nextMap: () => string;
};

/** Finds the records of a copy that an earlier one has copied. */
export async function matchKnown(setup: KnownSetup): Promise<void> {
  const { exported, known, matches, isIn, onMatch, nextMap } = setup;
  const { object } = setup.object;
  if (known.of(object).length === 0) return;
  const path = nextMap();
  const map = new IdMapWriter(path);
  const id = new Uint32Array(idWords);
  const idCell = exported.indexOf('Id');
  try {
    await exported.scan((record, row) => {
      if (!isIn(row) || !writeIdIn(record, idCell, id)) return;
      const target = known.find(object, id);
      if (!(target instanceof Uint32Array)) return;
      map.add(id, target);
      onMatch(row);
    });
    await map.finish();
    matches.add(object, path);
  } finally {
    map.discard();
  }
}
