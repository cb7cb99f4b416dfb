import { cellText } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import { idWords, writeId } from '../../csv/record-id.js';
import { RowCountError } from '../../errors.js';
import { fileChunks } from '../../files/file-chunks.js';
import { IdMapWriter } from '../../files/id-map.js';
import type { LoadStatus } from '../../load/model/status.js';
import type { CopyObject, CopyStep } from '../../run/copy-record.js';
import { countFilled } from './filled-lookups.js';
import { pairResults, type PairSetup } from './pair-results.js';
import { readSentMarks } from './sent-marks.js';
import type { StepPaths } from '../model/own-files.js';
import type { StepFile } from './step-file.js';

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
  { object: { key }, step, paths, path }: MapSetup,
  load: LoadStatus,
  { marks, map }: { readonly marks: Uint8Array; readonly map: IdMapWriter },
): Promise<void> {
  const setup: PairSetup = {
    object: step.object,
    rowsPath: paths.rows,
    idsPath: paths.ids,
    successPath: load.files?.success ?? null,
    marks,
    tempPath: path,
    ...(step.kind !== 'load' ? { key: { field: 'Id', kind: 'id' } } : key === undefined ? {} : { key }),
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
