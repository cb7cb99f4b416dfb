import { Readable } from 'node:stream';
import { RecordReader } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { idWords, writeIdIn } from '../../csv/record-id.js';
import type { InputProblem } from '../../errors.js';
import { isThere } from '../../files/file-facts.js';
import { IdMap } from '../../files/id-map.js';
import { nullText } from '../../input/flatten-record.js';
import { KeptReader } from '../../load/plan/kept-cells.js';
import type { WrittenFile } from '../../load/retry/edited-files.js';
import type { CopyMatch, CopyObject, CopyStep } from '../../run/copy-record.js';
import { CopyMaps } from '../model/copy-maps.js';
import { mostProblems, refusedEdits } from './edit-taker.js';
import { editPathsOf, selectionName, stepPathsOf, exportFolder, ownFile } from '../model/own-files.js';
import { ExportedRecords } from '../source/exported-records.js';
import { openKnownIds } from '../match/known-ids.js';
import { keyValues, MatchKeyReader, sourceKeyReader } from '../match/match-key.js';
import { sourceName } from '../model/numbered-ids.js';
import { readColumns, readSentRows } from '../steps/sent-rows.js';
import { RecordKeys } from './record-keys.js';
import { prefixesOf, type CopyWork, type StepPlace } from '../model/work.js';

type Work = Pick<CopyWork, 'runId' | 'journal' | 'contexts'>;

/** The rows of a step that a person has had in hand, as they were taken. */
export type TakenStep = {
  readonly place: StepPlace;
  readonly kind: CopyStep['kind'];
  readonly object: CopyObject;
  readonly files: readonly WrittenFile[];
  /** Of the rows: those of the step, then those that were added. */
  readonly columns: readonly string[];
  readonly added: readonly string[];
};

export type KeyCheck = {
  readonly object: CopyObject;
  readonly taken: readonly TakenStep[];
  /** Which records of the source are which of the target. */
  readonly targets: CopyMaps;
};

/**
 * Makes sure that no row has lost its key, or was given that of another record of the copy, in constant memory. A record's key is that of its row
 * as it is now, else of the row that was sent last, else of the export.
 * @throws InputError
 */
export async function requireOwnKeys(work: Work, { object, taken, targets }: KeyCheck): Promise<void> {
  const match = keyOf(object);
  if (match === undefined || taken.length === 0) return;
  using keys = new RecordKeys(ownFile(work, `edit-keys-${object.object}`));
  await addExported(work, { object, match, targets }, keys);
  await addSent(work, { object, match }, keys);
  const key = match.fields.map(({ field }) => field).join(', ');
  const problems: InputProblem[] = [];
  for (const step of taken) await addTaken(work, { step, match }, keys);
  for (const [id, other] of keys.clashes()) {
    if (problems.length === mostProblems) break;
    problems.push({ ...keyProblem(object, other), ...placeOf(work, taken, id), column: key });
  }
  if (problems.length > 0) throw refusedEdits(problems);
}

/** @param other record with the same key; undefined where the row has none any more */
function keyProblem(
  object: CopyObject,
  other: Uint32Array | undefined,
): Pick<InputProblem, 'code' | 'message'> {
  return other === undefined
    ? {
        code: 'NO_KEY',
        message:
          'The row has no key any more: the next copy would not find its record, and create it again. Put the key back.',
      }
    : {
        code: 'DUPLICATE_KEY',
        message: `The record ${sourceName(object, other)} of this copy has the same key: one would overwrite the other, or could not be told from it.`,
      };
}

/** What records of the object are found by, whoever does it. */
function keyOf({ match, key }: CopyObject): Pick<CopyMatch, 'fields'> | undefined {
  if (key === undefined) return match;
  const { field, kind: compare, ...rounded } = key;
  return { fields: [{ ...rounded, field, compare }] };
}

type OfObject = { readonly object: CopyObject; readonly match: Pick<CopyMatch, 'fields'> };

async function addExported(
  work: Work,
  { object, match, targets }: OfObject & Pick<KeyCheck, 'targets'>,
  keys: RecordKeys,
): Promise<void> {
  const { journal, contexts } = work;
  const exported = await ExportedRecords.open(exportFolder(work, object.object));
  const known = new CopyMaps();
  const selection = IdMap.open(ownFile(work, selectionName(object.object)));
  try {
    await openKnownIds({ ...work, known });
    const reader = sourceKeyReader({
      object,
      match,
      exported,
      prefixes: prefixesOf(journal.plan),
      owners: journal.owners,
      matches: targets,
      known,
    });
    const id = new Uint32Array(idWords);
    const idCell = exported.indexOf('Id');
    const pause = (): Promise<void> => {
      contexts.target.signal?.throwIfAborted();
      return Promise.resolve();
    };
    await exported.scan((record) => {
      if (!writeIdIn(record, idCell, id) || selection.get(id) === undefined) return;
      keys.add(id, reader.read(record) === 'key' ? reader.words : undefined);
    }, pause);
  } finally {
    known.close();
    selection.close();
  }
}

/** Adds the keys of rows as they were sent in all rounds, in the order of these. */
async function addSent(work: Work, { object, match }: OfObject, keys: RecordKeys): Promise<void> {
  const { surveyed, mapped } = work.journal;
  for (const place of mapped) {
    if (surveyed?.steps[place.step]?.object !== object.object) continue;
    const { rows: rowsPath, ids: idsPath } = stepPathsOf(work, place);
    if (!(await isThere(rowsPath))) continue;
    const reader = rowReader(match, await readColumns(rowsPath));
    if (reader === undefined) continue;
    await readSentRows({ rowsPath, idsPath }, (record, id) => {
      keys.add(id, reader.read(record) === 'key' ? reader.words : undefined);
    });
  }
}

async function addTaken(
  work: Work,
  { step, match }: { readonly step: TakenStep } & Pick<OfObject, 'match'>,
  keys: RecordKeys,
): Promise<void> {
  const reader = rowReader(match, step.columns);
  if (reader === undefined) return;
  const written = keyValues({ match, set: {} }, step.columns);
  const paths = editPathsOf(work, step.place);
  using lines = new KeptReader(paths.lines);
  const map = IdMap.open(paths.map);
  // Rows are read ahead.
  const ids: Uint32Array[] = [];
  function* rows(): Generator<Buffer, void, undefined> {
    for (const entry of map.entries()) {
      ids.push(entry.slice(0, idWords));
      yield Buffer.concat([lines.read(entry[idWords] ?? 0), newline]);
    }
  }
  try {
    await new RecordReader(Readable.from(rows()), ',').read(Infinity, (record) => {
      const id = ids.shift();
      if (id === undefined) return;
      const hasKey = reader.read(record) === 'key';
      // An update leaves fields with empty cells as they are.
      const isEdited = hasKey || step.kind === 'load' || written.some((value) => value(record) === nullText);
      keys.add(id, hasKey ? reader.words : undefined, isEdited);
    });
  } finally {
    map.close();
  }
}

const newline = Buffer.from('\n');

/** Reads the keys of rows as they are sent; undefined where these have none. */
function rowReader(match: Pick<CopyMatch, 'fields'>, columns: readonly string[]): MatchKeyReader | undefined {
  const names = new Set(columns.map((name) => name.toLowerCase()));
  if (!match.fields.every(({ field }) => names.has(field.toLowerCase()))) return undefined;
  const values = keyValues({ match, set: {} }, columns).map((written) => (record: CsvRecord) => {
    const value = written(record);
    return value === nullText ? '' : value;
  });
  return new MatchKeyReader({ match, values });
}

/** Where a record's row is. */
function placeOf(
  work: Work,
  taken: readonly TakenStep[],
  id: Uint32Array,
): Pick<InputProblem, 'file' | 'row'> {
  for (const { place, files } of taken) {
    const map = IdMap.open(editPathsOf(work, place).map);
    const [, row, file = -1] = map.get(id) ?? [];
    map.close();
    const path = files[file]?.path;
    if (path !== undefined && row !== undefined) return { file: path, row };
  }
  return {};
}
