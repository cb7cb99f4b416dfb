import { UnexpectedAnswerError } from '../api/errors.js';
import { isSalesforceId } from '../api/identifiers.js';
import type { RestRecord } from '../api/rest.js';
import { encodeCell } from '../csv/cells.js';
import type { FilePlace } from '../files/output-place.js';
import { TextFile } from '../files/text-file.js';
import { isPlainObject } from '../input/cell-text.js';
import { flattenRecord, nullText } from '../input/flatten-record.js';
import { valueAt } from '../describe/rest-values.js';
import type { InputRecord } from '../input/input-record.js';
import { stampLine, stampsHeader, stampsPathOf } from '../load/upload/found-stamps.js';
import type { RunContext } from '../run/context.js';
import type { FoundRecords } from './find.js';
import { newValues } from './new-values.js';
import { readFound } from './read-found.js';
import { undoPlace } from './undo-place.js';

/** What is about to be changed, on disk; nothing has been changed yet. */
export type SavedRecords = {
  readonly found: FoundRecords;
  /** Owns the files. */
  readonly runId: string;
  /** One JSON object a line: a `SavedRecord`; for Bulk, the input of its load: the id and the new values. */
  readonly changesPath: string;
  /** Records in that file. */
  readonly count: number;
  /** Has the ids and the old values; absent: nobody wanted it. */
  readonly savedFilePath?: string;
};

/** A record as it was found, and its new values, which are made here and never again. */
export type SavedRecord = {
  readonly id: string;
  readonly set: InputRecord;
  /** What the query has told of the fields that are set. */
  readonly was: RestRecord;
  /** When it was last modified, in the org's words; null where the object does not tell. */
  readonly stamp: string | null;
};

/**
 * Reads what the query finds into files, in constant memory. Nothing is changed.
 *
 * @param undoPath gets the ids, and on update the values that the fields have now: loaded as an update, it puts them
 *   back (CSV, `#N/A` for null). It appears when it is complete.
 * @throws UsageError as `undoPlace`
 */
export async function saveFound(
  found: FoundRecords,
  context: RunContext,
  undoPath?: string,
): Promise<SavedRecords> {
  await context.store.prune();
  const runId = await context.store.begin();
  const files: TextFile[] = [];
  const open = async (where: FilePlace | string): Promise<TextFile> => {
    const file = await TextFile.open(where);
    files.push(file);
    return file;
  };
  try {
    const changes = await open(changesPathOf(runId, context));
    // The changes themselves have the stamps otherwise.
    const hasStamps = found.route === 'bulk' && found.stampField !== undefined;
    const stamps = hasStamps ? await open(stampsPathOf(runId, context)) : undefined;
    const undo = undoPath === undefined ? undefined : await open(await undoPlace(undoPath, runId));
    const count = await writeRecords(found, context, { changes, stamps, undo });
    for (const file of files) await file.commit();
    const savedFilePath = undoPath === undefined ? {} : { savedFilePath: undoPath };
    return { found, runId, changesPath: changesPathOf(runId, context), count, ...savedFilePath };
  } catch (error) {
    await Promise.allSettled(files.map((file) => file.discard()));
    await context.store.remove(runId);
    throw error;
  }
}

/** The file of a run's found records and their new values. */
export function changesPathOf(runId: string, { store }: Pick<RunContext, 'store'>): string {
  return store.pathFor(runId, 'changes.ndjson');
}

type SavedFiles = {
  readonly changes: TextFile;
  readonly stamps: TextFile | undefined;
  readonly undo: TextFile | undefined;
};

/** @returns how many there were */
async function writeRecords(
  found: FoundRecords,
  context: RunContext,
  { changes, stamps, undo }: SavedFiles,
): Promise<number> {
  const columns = ['Id', ...(found.sets ?? [])];
  await undo?.write(`${columns.join(',')}\n`);
  await stamps?.write(stampsHeader);
  let count = 0;
  for await (const record of readFound(found, context)) {
    count += 1;
    await changes.write(`${JSON.stringify(lineOf(record, found, count))}\n`);
    await stamps?.write(stampLine(idOf(record), valueAt(record, found.stampField ?? '')));
    await undo?.write(`${columns.map((column) => cell(record, column)).join(',')}\n`);
  }
  return count;
}

function lineOf(
  record: RestRecord,
  { changeOf, fields, route, stampField }: FoundRecords,
  row: number,
): SavedRecord | InputRecord {
  const id = idOf(record);
  const set = newValues(changeOf(record), fields, row);
  if (route === 'bulk') return { Id: id, ...withClearedParents(set) };
  const told = new Set(Object.keys(record).map((name) => name.toLowerCase()));
  const names = plainFields(set).filter((name) => told.has(name.toLowerCase()));
  const was = Object.fromEntries(names.map((name) => [name, valueAt(record, name)]));
  const stamp = stampField === undefined ? null : valueAt(record, stampField);
  return { id, set, was, stamp: typeof stamp === 'string' ? stamp : null };
}

/** Where a change makes the key of a parent null, the lookup is cleared; in a file of records, null there says nothing. */
function withClearedParents(set: InputRecord): InputRecord {
  return Object.fromEntries(
    Object.entries(set).map(([name, value]) => [name, isPlainObject(value) ? withNullTexts(value) : value]),
  );
}

function withNullTexts(parent: object): InputRecord {
  return Object.fromEntries(Object.entries(parent).map(([key, value]) => [key, value ?? nullText]));
}

/** A parent record that is named by its external id can't be read back. */
export function plainFields(set: InputRecord): string[] {
  return Object.entries(set).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? [] : [name],
  );
}

function idOf(record: RestRecord): string {
  const id = valueAt(record, 'Id');
  if (isSalesforceId(id)) return id;
  throw new UnexpectedAnswerError(`A record of the query has ${JSON.stringify(id)} for its Id.`);
}

function cell(record: RestRecord, column: string): string {
  let text = nullText;
  flattenRecord({ [column]: valueAt(record, column) }, { place: { file: 'query', row: 0 } }, (_, value) => {
    text = value ?? nullText;
  });
  return encodeCell(text, ',');
}
