import { cellText, recordTexts, isCellEmpty } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import { idWords, writeId } from '../../csv/record-id.js';
import { RowCountError } from '../../errors.js';
import { fileChunks } from '../../files/file-chunks.js';
import { IdMapWriter } from '../../files/id-map.js';
import type { LoadStatus } from '../../load/model/status.js';
import type { CopyObject, CopyStep } from '../../run/copy-record.js';
import { pairResults, type PairSetup } from './pair-results.js';
import type { StepPaths } from '../model/own-files.js';
import type { StepFile } from './step-file.js';
import { isThere } from '../../files/file-facts.js';
import { placeReader } from '../../load/collect/places.js';
import { sentMarks, type SentMark } from '../model/copy-maps.js';

export type MapSetup = {
  readonly object: CopyObject;
  readonly step: CopyStep;
  readonly file: Pick<StepFile, 'rows'>;
  /** Absent where the step had no rows. */
  readonly load: LoadStatus | undefined;
  readonly paths: StepPaths;
  /** Of the map. */
  readonly path: string;
};

export type MappedStep = {
  /** Whether there are rows that did not succeed, and of which it is not known what they were sent as. */
  readonly isUnplaced: boolean;
  /** Of an update at the end: the values that it has filled, by lookup; absent where that is not known. */
  readonly filled?: Readonly<Record<string, number>>;
};

/** Writes the ids of a step's records: of those that were sent, and of those that are held, which have none. */
export async function writeMap(setup: MapSetup): Promise<MappedStep> {
  const { object, step, file, load, paths } = setup;
  const { marks, count } = await readSentMarks(load?.files, file.rows);
  const map = new IdMapWriter(setup.path);
  try {
    if (load !== undefined) await addLoaded(setup, load, { marks, map });
    await addHeld(paths.held, map);
    const twice = await map.finish();
    if (twice !== undefined) throw new RowCountError(`A record of ${step.object} was sent twice.`);
    const isUnplaced = count !== (load?.failed ?? 0) + (load?.unprocessed ?? 0);
    if (step.kind !== 'later' || isUnplaced) return { isUnplaced };
    return { isUnplaced, filled: await countFilled(object, paths.rows, marks) };
  } finally {
    map.discard();
  }
}

/** @throws UnpairedResultsError | RowCountError not every success is one of a row that was sent */
async function addLoaded(
  { object: { key, match }, step, paths, path }: MapSetup,
  load: LoadStatus,
  { marks, map }: { readonly marks: Uint8Array; readonly map: IdMapWriter },
): Promise<void> {
  const told = step.kind === 'load' ? (key ?? match?.unique) : ({ field: 'Id', kind: 'id' } as const);
  const setup: PairSetup = {
    object: step.object,
    rowsPath: paths.rows,
    idsPath: paths.ids,
    successPath: load.files?.success ?? null,
    marks,
    tempPath: path,
    ...(told === undefined ? {} : { key: told }),
  };
  const paired = await pairResults(setup, map);
  if (paired === load.successful) return;
  throw new RowCountError(
    `${load.successful} records of ${step.object} were loaded, and ${paired} of them are known.`,
    {
      data: { successful: load.successful, paired },
    },
  );
}

async function addHeld(path: string, map: IdMapWriter): Promise<void> {
  const id = new Uint32Array(idWords);
  const reader = new RecordReader(fileChunks(path), ',');
  await reader.read(1, () => undefined);
  await reader.read(Infinity, (record) => {
    if (writeId(cellText(record, 0), id)) map.add(id);
  });
}

/** What is known of rows that did not succeed. */
type SentMarks = {
  /** By row of what was sent, from 0: an index of `sentMarks`. */
  readonly marks: Uint8Array;
  /** How many rows are marked. */
  readonly count: number;
};

/** Reads from the result files of a load which of its rows did not succeed. */
async function readSentMarks(
  files: Readonly<Record<SentMark, string | null>> | undefined,
  rows: number,
): Promise<SentMarks> {
  const areAny = (files?.failed ?? files?.unprocessed ?? null) !== null;
  const marks = new Uint8Array(areAny ? rows : 0);
  let count = 0;
  for (const [index, mark] of sentMarks.entries()) {
    const path = mark === undefined ? null : (files?.[mark] ?? null);
    if (path === null || !(await isThere(path))) continue;
    const reader = new RecordReader(fileChunks(path), ',');
    let header: readonly string[] = [];
    await reader.read(1, (record) => {
      header = recordTexts(record);
    });
    const { placeOf } = placeReader(header);
    await reader.read(Infinity, (record) => {
      const { row } = placeOf(record);
      if (!(row > 0 && row <= rows) || marks[row - 1] !== 0) return;
      marks[row - 1] = index;
      count += 1;
    });
  }
  return { marks, count };
}

/**
 * Counts the values that an update at the end has filled, by lookup.
 * @param rowsPath the rows that were sent
 * @param marks by row, from 0: not 0 where it did not succeed; rows beyond all of them did
 */
async function countFilled(
  { lookups }: Pick<CopyObject, 'lookups'>,
  rowsPath: string,
  marks: Uint8Array,
): Promise<Record<string, number>> {
  const filled: Record<string, number> = {};
  const reader = new RecordReader(fileChunks(rowsPath), ',');
  let cells: ReadonlyArray<readonly [field: string, cell: number]> = [];
  await reader.read(1, (record) => {
    const columns = recordTexts(record);
    cells = lookups.map(({ field }) => [field, columns.indexOf(field)]);
  });
  let row = 0;
  await reader.read(Infinity, (record) => {
    if ((marks[row++] ?? 0) !== 0) return;
    for (const [field, cell] of cells)
      if (!isCellEmpty(record, cell)) filled[field] = (filled[field] ?? 0) + 1;
  });
  return filled;
}
