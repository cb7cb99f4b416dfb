import { cellText, recordTexts } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import { detectDialect, dialectSampleBytes } from '../../csv/dialect.js';
import { UsageError } from '../../errors.js';
import { firstBytes } from '../../files/first-bytes.js';
import { isThere } from '../../files/file-facts.js';
import type { CopyObject, CopyPlan } from '../../run/copy-record.js';
import { entryWords, readEntries, writeEntries, IdMapWriter } from '../../files/id-map.js';
import { idWords, writeId, writeIdIn } from '../../csv/record-id.js';
import { KnownIdsInTarget, type KnownThere } from './known-there.js';
import { sharedTarget } from './shared-target.js';
import type { CopyWork } from '../model/work.js';
import { copyFilesOf, foldersThatKnow } from '../model/copy-files.js';
import { ownFile, targetIdsFolderName } from '../model/own-files.js';
import { isCreating } from '../model/steps.js';
import { fileChunks } from '../../files/file-chunks.js';
import type { CopyMaps } from '../model/copy-maps.js';
import type { ExportedRecords } from '../source/exported-records.js';

/**
 * Makes sure that the folders of earlier copies know records of a plan.
 * @throws UsageError a folder knows none of its objects, or has a file that is none of ids
 */
export async function requireKnownIds({ knownIds = [], objects }: CopyPlan): Promise<void> {
  for (const folder of knownIds) {
    const found = await Promise.all(objects.map(({ object }) => isThere(idsPath(folder, object))));
    // Before anything is read from an org.
    for (const [index, { object }] of objects.entries())
      if (found[index] === true) await readIds(idsPath(folder, object), () => undefined);
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

/** Opens what earlier copies know of the objects of a plan, once it was read. */
export async function openKnownIds(
  work: Pick<CopyWork, 'runId' | 'contexts' | 'journal' | 'known'>,
): Promise<void> {
  for (const { object } of work.journal.plan.objects) {
    const path = ownFile(work, `known-${object}`);
    if (await isThere(path)) work.known.add(object, path);
  }
}

/**
 * Reads what earlier copies know into maps, but for records that the target doesn't have any more: an update of these would fail.
 * @throws UsageError no record of a folder is in the target, or two records of the source are to become the same one
 */
export async function readKnownIds(
  work: Pick<CopyWork, 'runId' | 'contexts' | 'journal' | 'events'>,
): Promise<void> {
  const { plan } = work.journal;
  const counts = new Map<string, { there: number; entries: number }>();
  for (const object of plan.objects) {
    const folders = await foldersThatKnow(plan, object.object);
    if (folders.length === 0) continue;
    const result = await readIdsOf(work, object, folders);
    for (const [index, folder] of folders.entries()) {
      const before = counts.get(folder) ?? { there: 0, entries: 0 };
      const { there = 0, entries = 0 } = result.files[index] ?? {};
      counts.set(folder, { there: before.there + there, entries: before.entries + entries });
    }
    for (const text of knownTexts(object, result)) work.events.emit('warning', text);
  }
  for (const [folder, { there, entries }] of counts) if (there === 0 && entries > 0) throw noneThere(folder);
}

async function readIdsOf(
  work: Pick<CopyWork, 'runId' | 'contexts' | 'journal'>,
  object: CopyObject,
  folders: readonly string[],
): Promise<KnownThere> {
  const { object: name } = object;
  const path = ownFile(work, `known-${name}`);
  using known = new KnownIdsInTarget(path);
  for (const folder of folders) {
    known.beginFile();
    await readIds(idsPath(folder, name), (entry) => known.add(entry));
  }
  await known.addTarget(ownFile(work, targetIdsFolderName(object)));
  await writeEntries(path, known.entries());
  requireKnownOnce(path, name, folders);
  return known.result;
}

function knownTexts(object: CopyObject, { records, gone, several, sample }: KnownThere): string[] {
  const { object: name } = object;
  const again = isCreating(object) ? ' Those that are copied are created again.' : '';
  const of = (count: number): string =>
    count === 1 ? '1 record' : `${count.toLocaleString('en-US')} records`;
  const goneText = `${name}: ${of(gone)} of ${records.toLocaleString('en-US')} in the files of --known-ids ${gone === 1 ? "isn't" : "aren't"} in the target any more, and ${gone === 1 ? 'counts' : 'count'} as not known.${again}`;
  const severalText = `${name}: ${of(several)} ${several === 1 ? 'is' : 'are'} known as several ones of the target, such as ${sample?.source ?? ''} as ${sample?.targets.join(' and ') ?? ''}. The one of the last folder that knows it counts.`;
  return [...(gone > 0 ? [goneText] : []), ...(several > 0 ? [severalText] : [])];
}

function noneThere(folder: string): UsageError {
  return new UsageError(
    `None of the records that the files of ids in ${folder} list is in the target: they were deleted there, or are of a copy into another org.`,
    {
      actions: [`To copy these records anew, leave out --known-ids ${folder}. Nothing was sent.`],
      data: { folder },
    },
  );
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

/**
 * Reads a file of ids: of each record that in the source and that in the target, valid during the call only.
 * @throws UsageError it is none
 */
export async function readIds(file: string, visit: (entry: Uint32Array) => void): Promise<void> {
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
    visit(entry);
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
