import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { abortable, thrownByInput } from '../abortable.js';
import { delimiterCharacters, type IngestOperation } from '../api/types.js';
import { inputKind, openInputStream } from '../files/input-stream.js';
import { TempFolder } from '../run/temp-folder.js';
import { flattenRecord } from '../input/flatten-record.js';
import type { InputRecord } from '../input/input-record.js';
import { recordsToCsv } from '../input/records-to-csv.js';
import { readStoredRecords, recordsName, storedRecords } from '../input/stored-record.js';
import { requireReadable } from '../load/plan/open-input.js';
import { stageInput } from '../load/plan/stage.js';
import { writeCopy } from '../load/plan/write-copy.js';
import { checkedRecords, type KnownInput, fieldsToSend } from './input.js';
import { csvToSend, nothingToSend, type CsvToSend, type JobForm } from './csv-to-send.js';
import { sortStream, utf8Bytes } from './sort-stream.js';

/** An input that can be read as often as it takes to get it across, in the form of its job. */
export type StagedInput = CsvToSend & { readonly dispose: () => Promise<void> };

export type StageOptions = {
  readonly operation: IngestOperation;
  /** How CSV is written, as far as the caller said so. */
  readonly given: Partial<JobForm>;
  /** Of a job that is there already: the data are brought into it. Absent: chosen from the data. */
  readonly fixed?: JobForm;
  /** Whether a column holds days, asked for only when there are Date values to write. */
  readonly dateColumns: () => Promise<(column: string) => boolean>;
  readonly signal: AbortSignal;
};

/**
 * Makes an input a file of its own, so that an expired session or a broken connection does not end the load, and finds
 * what is wrong with it before anything is sent.
 * @throws InputError | what the signal was aborted with
 */
export async function stageBulkInput(known: KnownInput, options: StageOptions): Promise<StagedInput> {
  const folder = await TempFolder.make();
  const dispose = (): Promise<void> => folder.remove();
  try {
    return { ...(await stage(known, folder, options)), dispose };
  } catch (error) {
    await dispose();
    throw options.signal.aborted ? error : thrownByInput(error);
  }
}

async function stage(known: KnownInput, folder: TempFolder, options: StageOptions): Promise<CsvToSend> {
  switch (known.kind) {
    case 'text':
      return fromBytes(slicesOf(known.text), folder, options);
    case 'file':
      await requireReadable([{ name: known.path, path: known.path }]);
      return fromBytes(await openFile(known.path, options.signal), folder, options, known.path);
    case 'records':
      return fromRecords(() => checkedRecords(known.records), folder, options);
    case 'stream':
      return fromStream(known.chunks, folder, options);
  }
}

async function openFile(path: string, signal: AbortSignal): Promise<Readable> {
  return (await inputKind(resolve(path))) === 'stream'
    ? openInputStream(path, signal)
    : createReadStream(path);
}

/** CSV, or what CSV can be made of, by its bytes. */
async function fromBytes(
  chunks: AsyncIterable<unknown> | Iterable<unknown>,
  folder: TempFolder,
  { given, fixed, signal }: StageOptions,
  name = 'input',
): Promise<CsvToSend> {
  const path = folder.pathOf('input');
  await writeCopy(utf8Bytes(abortable(chunks, signal)), { path, name, signal });
  const { source, isEmpty } = await stageInput(
    { name, path },
    { reading: {}, spoolPath: folder.pathOf('input.csv'), checked: (csv) => csv, signal },
  );
  if (isEmpty) return nothingToSend(fixed ?? given);
  const { columnDelimiter } = given;
  const delimiter = columnDelimiter === undefined ? {} : { delimiter: delimiterCharacters[columnDelimiter] };
  return csvToSend({ path: source.path, name }, { ...delimiter, wanted: fixed ?? given, signal });
}

async function fromStream(
  chunks: AsyncIterable<unknown> | Iterable<unknown>,
  folder: TempFolder,
  options: StageOptions,
): Promise<CsvToSend> {
  const { isCsv, pieces } = await sortStream(chunks, options.signal);
  if (isCsv) return fromBytes(pieces, folder, options);
  const path = folder.pathOf('records.ndjson');
  await writeCopy(storedRecords(checkedRecords(pieces)), { path, name: recordsName, signal: options.signal });
  return fromRecords(() => readStoredRecords(createReadStream(path)), folder, options);
}

async function fromRecords(
  source: () => AsyncIterable<InputRecord>,
  folder: TempFolder,
  { operation, given, fixed, dateColumns, signal }: StageOptions,
): Promise<CsvToSend> {
  const records = () => fieldsToSend(source(), operation);
  const { count, hasDates } = await survey(records);
  if (count === 0) return nothingToSend(fixed ?? given);
  const options = { file: recordsName, ...(hasDates && { isDateColumn: await dateColumns() }) };
  const path = folder.pathOf('records.csv');
  await writeCopy(recordsToCsv(records, options), { path, name: recordsName, signal });
  return csvToSend({ path, name: recordsName }, { delimiter: ',', wanted: fixed ?? given, signal });
}

/** Reads records once, so that what is wrong with them is told before anything is asked of the org. */
async function survey(
  records: () => AsyncIterable<InputRecord>,
): Promise<{ count: number; hasDates: boolean }> {
  let count = 0;
  let hasDates = false;
  const isDateColumn = (): boolean => {
    hasDates = true;
    return false;
  };
  for await (const record of records()) {
    count += 1;
    flattenRecord(record, { place: { file: recordsName, row: count }, isDateColumn }, () => undefined);
  }
  return { count, hasDates };
}

const sliceLength = 1024 * 1024;

function* slicesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += sliceLength) yield text.slice(at, at + sliceLength);
}
