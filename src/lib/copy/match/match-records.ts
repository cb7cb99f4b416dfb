import { UsageError } from '../../errors.js';
import { RepeatedHashes } from '../../load/check/repeated-hashes.js';
import type { CopyMatch, CopyObject, CopyOwners } from '../../run/copy-record.js';
import type { CopyMaps } from '../model/copy-maps.js';
import type { ExportedRecords } from '../source/exported-records.js';
import { entryWords, IdMapWriter, readEntries, writeEntries } from '../../files/id-map.js';
import { eachTargetKey, keyValues, MatchKeyReader, sourceKeyReader } from './match-key.js';
import { RecordGroups } from '../../files/record-groups.js';
import { idWords, readLongId, writeIdIn } from '../../csv/record-id.js';
import { compareKeys, RecordSorter } from '../../files/record-sorter.js';
import type { RowLevels } from '../model/row-levels.js';
import { toldRecords } from '../source/told-records.js';

export type MatchSetup = {
  readonly object: CopyObject;
  readonly match: CopyMatch;
  readonly exported: ExportedRecords;
  /** The folder that the keys of the target were exported to. */
  readonly targetFolder: string;
  readonly prefixes: ReadonlyMap<string, string>;
  /** Which records of the source are which of the target; those that are found are added. */
  readonly matches: CopyMaps;
  /** What earlier copies know, of records outside of this one too. */
  readonly known: CopyMaps;
  readonly owners: CopyOwners | undefined;
  /** Whether a row of the export belongs to the copy. */
  readonly isIn: (row: number) => boolean;
  /** By row, where lookups to the object itself are a part of the key: parents are matched before their children. */
  readonly levels: RowLevels | undefined;
  /** Called for each record that was matched. */
  readonly onMatch: (row: number) => void;
  /** The path of the next map of the object. */
  readonly nextMap: () => string;
  /** The path of a file of the copy's own. */
  readonly pathFor: (name: string) => string;
};

/** A key, an id of the source, and a row. */
const sourceShape = { words: 2 * idWords + 1, keyWords: idWords };
/** A key, and an id of the target. */
const targetShape = { words: entryWords, keyWords: idWords };
const mostSamples = 3;

/**
 * Finds the records of the target that have the same keys as those of the copy, in constant memory: both sides are sorted
 * by their keys on disk, and merged.
 * @throws UsageError several records on either side have the same key
 */
export async function matchRecords(setup: MatchSetup): Promise<void> {
  const { object, levels, pathFor } = setup;
  await requireDistinctNew(setup);
  const targetPath = pathFor(`target-keys-${object.object}`);
  await sortTarget(setup, targetPath);
  for (const place of levels?.places() ?? [0]) await matchLevel(setup, place, targetPath);
}

/** Equal keys: the rows of the source, and the ids of the target. */
type Sample = { readonly rows: readonly number[]; readonly target: readonly string[] };

async function matchLevel(setup: MatchSetup, place: number, targetPath: string): Promise<void> {
  const { object, matches, nextMap, onMatch, levels } = setup;
  const path = nextMap();
  const samples: Sample[] = [];
  const entries = readEntries(targetPath);
  const sorter = new RecordSorter({ path: `${path}.source`, ...sourceShape });
  const map = new IdMapWriter(path);
  try {
    const isWanted = (row: number): boolean => levels === undefined || levels.placeOf(row) === place;
    await addSource(setup, sorter, isWanted);
    const target = new RecordGroups(entries, targetShape);
    const source = new RecordGroups(sorter.sorted(), sourceShape);
    let other = target.next();
    for (const group of source) {
      while (other !== undefined && compareKeys(other, group, idWords) < 0) other = target.next();
      const found = other !== undefined && compareKeys(other, group, idWords) === 0 ? other : undefined;
      if (group.length > sourceShape.words || (found?.length ?? 0) > targetShape.words) {
        samples.push(sampleOf(group, found));
        if (samples.length === mostSamples) break;
      } else if (found !== undefined) {
        map.add(group.subarray(idWords, 2 * idWords), found.subarray(idWords, 2 * idWords));
        onMatch(group[2 * idWords] ?? 0);
      }
    }
    if (samples.length > 0) throw await ambiguous(setup, samples);
    await map.finish();
    matches.add(object.object, path);
  } finally {
    entries.return();
    sorter.close();
    map.discard();
  }
}

/** Adds records of the source whose keys the target may have, but for those that are known already. */
async function addSource(
  setup: MatchSetup,
  sorter: RecordSorter,
  isWanted: (row: number) => boolean,
): Promise<void> {
  const { object, exported, matches, isIn } = setup;
  const keys = sourceKeyReader(setup);
  const entry = new Uint32Array(sourceShape.words);
  const id = new Uint32Array(idWords);
  const idCell = exported.indexOf('Id');
  await exported.scan((record, row) => {
    if (!isIn(row) || !isWanted(row) || !writeIdIn(record, idCell, id)) return;
    if (matches.find(object.object, id) !== undefined || keys.read(record) !== 'key') return;
    entry.set(keys.words);
    entry.set(id, idWords);
    entry[2 * idWords] = row;
    sorter.add(entry);
  });
}

async function sortTarget({ match, targetFolder }: MatchSetup, path: string): Promise<void> {
  const sorter = new RecordSorter({ path: `${path}.sort`, ...targetShape });
  const entry = new Uint32Array(targetShape.words);
  try {
    await eachTargetKey(targetFolder, match, (key, id) => {
      entry.set(key);
      entry.set(id, idWords);
      sorter.add(entry);
    });
    await writeEntries(path, sorter.sorted());
  } finally {
    sorter.close();
  }
}

/** Records whose keys name a record that is created itself are new; they may be alike all the same. */
async function requireDistinctNew(setup: MatchSetup): Promise<void> {
  const { object, match, exported, isIn, matches } = setup;
  if (!match.fields.some(({ compare }) => compare === 'id')) return;
  const values = keyValues(object, exported.columns);
  const keys = new MatchKeyReader({ match, values });
  const repeated = new RepeatedHashes({ maxGroups: mostSamples });
  const id = new Uint32Array(idWords);
  const idCell = exported.indexOf('Id');
  const readGroups = async () => {
    try {
      await exported.scan((record, row) => {
        if (!isIn(row) || keys.read(record) !== 'key') return;
        const isKnown = writeIdIn(record, idCell, id) && matches.find(object.object, id) !== undefined;
        if (!isKnown) repeated.add(keys.words[0] ?? 0, keys.words[1] ?? 0, row);
      });
      return repeated.finish();
    } finally {
      repeated.close();
    }
  };
  const groups = await readGroups();
  if (groups.length === 0) return;
  throw await ambiguous(
    setup,
    groups.map(({ rows }) => ({ rows, target: [] })),
  );
}

function sampleOf(source: Uint32Array, target: Uint32Array | undefined): Sample {
  const { words } = sourceShape;
  const rows = Array.from(
    { length: source.length / words },
    (_, at) => source[at * words + 2 * idWords] ?? 0,
  );
  return { rows, target: idsIn(target) };
}

function idsIn(group: Uint32Array = new Uint32Array(0)): string[] {
  const ids: string[] = [];
  for (let at = 0; at < group.length && ids.length < 5; at += targetShape.words)
    ids.push(readLongId(group, at + idWords));
  return ids;
}

async function ambiguous(
  { object, match, exported }: MatchSetup,
  samples: readonly Sample[],
): Promise<UsageError> {
  const key = match.fields.map(({ field }) => field).join(', ');
  const values = keyValues(object, exported.columns);
  const told = await toldRecords(
    { object, exported, values },
    samples.map(({ rows }) => rows),
  );
  const lines = samples.map(({ target }, at) => {
    const inTarget = target.length === 0 ? '' : `, and ${target.join(', ')} in the target`;
    return `\n  "${told[at]?.value ?? ''}": ${told[at]?.text ?? ''}${inTarget}`;
  });
  return new UsageError(
    `Records of ${object.object} can't be told apart by the key ${key}: several have the same one.${lines.join('')}`,
    {
      actions: [
        'Give the object a "key" that tells its records apart, or narrow the records of the plan with "where".',
        'Or make them differ: change or merge these records.',
      ],
      data: {
        object: object.object,
        key,
        samples: samples.map(({ target }, at) => ({ source: told[at]?.names, target })),
      },
    },
  );
}
