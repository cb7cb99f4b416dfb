import { cellText, recordTexts } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import { detectDialect, dialectSampleBytes } from '../../csv/dialect.js';
import { UsageError } from '../../errors.js';
import { firstBytes } from '../../files/first-bytes.js';
import { isThere } from '../../files/file-facts.js';
import type { CopyObject, CopyPlan } from '../../run/copy-record.js';
import { entryWords, readEntries, writeEntries, IdMapWriter } from '../../files/id-map.js';
import { RecordGroups } from '../../files/record-groups.js';
import { idWords, writeId, writeIdIn } from '../../csv/record-id.js';
import { RecordSorter } from '../../files/record-sorter.js';
import { sharedTarget } from './shared-target.js';
import type { CopyWork } from '../model/work.js';
import { copyFilesOf } from '../model/copy-files.js';
import { ownFile } from '../model/own-files.js';
import { fileChunks } from '../../files/file-chunks.js';
import type { CopyMaps } from '../model/copy-maps.js';
import type { ExportedRecords } from '../source/exported-records.js';

const shape = { words: entryWords, keyWords: idWords };

/**
 * Makes sure that the folders of earlier copies know records of a plan.
 * @throws UsageError a folder knows none of its objects
 */
export async function requireKnownIds({ knownIds = [], objects }: CopyPlan): Promise<void> {
  for (const folder of knownIds) {
    const found = await Promise.all(objects.map(({ object }) => isThere(idsPath(folder, object))));
    if (found.includes(true)) continue;
    throw new UsageError(
      `${folder} has no ids of an earlier copy, such as ${idsName(objects[0]?.object ?? 'Account')}.`,
      {
        actions: ['Name the folder of the results of that copy with --known-ids.'],
        data: { folder },
      },
    );
  }
}

/** Opens what earlier copies know of the objects of a plan; reads it first where that was not done yet. */
export async function openKnownIds(
  work: Pick<CopyWork, 'runId' | 'contexts' | 'journal' | 'known'>,
): Promise<void> {
  const { plan, surveyed } = work.journal;
  for (const { object } of plan.objects) {
    const path = ownFile(work, `known-${object}`);
    if (surveyed === undefined) await readKnownIds(plan.knownIds ?? [], object, path);
    if (await isThere(path)) work.known.add(object, path);
  }
}

/** Brings the files of ids into a map; of several targets of a record the one of the last folder counts. */
async function readKnownIds(folders: readonly string[], object: string, path: string): Promise<void> {
  const files: string[] = [];
  for (const folder of folders)
    if (await isThere(idsPath(folder, object))) files.push(idsPath(folder, object));
  if (files.length === 0) return;
  const sorter = new RecordSorter({ path: `${path}.sort`, ...shape });
  try {
    for (const file of files) await readIds(file, sorter);
    await writeEntries(path, lastOfEach(sorter.sorted()));
    requireKnownOnce(path, object, folders);
  } finally {
    sorter.close();
  }
}

/** Records with equal keys come in the order in which they were added. */
function* lastOfEach(entries: Iterable<Uint32Array>): Generator<Uint32Array, void, undefined> {
  for (const group of new RecordGroups(entries, shape)) yield group.subarray(-entryWords);
}

/** @throws UsageError two records of the source are to become the same record: the one would overwrite the other */
function requireKnownOnce(path: string, object: string, folders: readonly string[]): void {
  const shared = sharedTarget(readEntries(path), `${path}.targets`);
  if (shared === undefined) return;
  const { target, sources } = shared;
  throw new UsageError(
    `${sources.join(' and ')} of ${object} are both known as ${target} in the target: the one would overwrite the other.`,
    {
      actions: [`Remove one of them from ${idsName(object)} in ${folders.join(' or ')}.`],
      data: { object, target, sources },
    },
  );
}

async function readIds(file: string, sorter: RecordSorter): Promise<void> {
  const sample = await firstBytes(file, dialectSampleBytes);
  const isWholeFile = sample.length < dialectSampleBytes;
  // A spreadsheet may have saved it.
  const { delimiter, headerStart, encoding } = detectDialect(sample, { isWholeFile });
  if (encoding.startsWith('utf-16'))
    throw notIds(file, `it is in ${encoding.toUpperCase()}: save it as CSV UTF-8`);
  const reader = new RecordReader(fileChunks(file, { start: headerStart }), delimiter);
  let cells: number[] = [];
  await reader.read(1, (header) => {
    const names = recordTexts(header);
    cells = ['source__Id', 'target__Id'].map((name) => names.indexOf(name));
  });
  if (cells.length === 0 || cells.includes(-1))
    throw notIds(file, 'it has no columns source__Id and target__Id');
  const entry = new Uint32Array(entryWords);
  let row = 0;
  await reader.read(Infinity, (record) => {
    row += 1;
    const [source = -1, target = -1] = cells;
    if (!writeId(cellText(record, source), entry) || !writeId(cellText(record, target), entry, idWords))
      throw notIds(file, `row ${row} has something else than two ids`);
    sorter.add(entry);
  });
}

function idsPath(folder: string, object: string): string {
  return copyFilesOf({ resultsDir: folder }, object).ids;
}

function idsName(object: string): string {
  return idsPath('', object);
}

function notIds(file: string, why: string): UsageError {
  return new UsageError(`${file} isn't a file of ids of an earlier copy: ${why}.`, {
    actions: ['Name the folder of the results of that copy with --known-ids.'],
    data: { file },
  });
}

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
