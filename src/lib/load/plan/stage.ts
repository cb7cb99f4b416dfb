import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { detectEncoding, isUtf8Name, tellsEncoding, transcodeToUtf8 } from '../../csv/encoding.js';
import { InputError, type InputProblem } from '../../errors.js';
import { gunzip } from '../../input/gzip.js';
import { detectInputFormat, isGzip, type InputFormat } from '../../input/format.js';
import { readJson } from '../../input/json.js';
import { readNdjson } from '../../input/ndjson-in.js';
import type { InputRecord } from '../../input/input-record.js';
import { readParquet } from '../../input/parquet.js';
import { xlsxToCsv } from '../../input/xlsx.js';
import {
  NoRecordsError,
  recordsToCsv,
  type RecordSource,
  type TakeFaulty,
} from '../../input/records-to-csv.js';
import { readStoredRecords, storedRecords } from '../../input/stored-record.js';
import type { SourceFile } from '../../run/record.js';
import type { LoadInput, ReadingOptions, RecordInput } from '../model/request.js';
import { withWayOut } from './first-pass-messages.js';
import type { ColumnQuestions } from './record-columns.js';
import { RecordTypes } from './record-types.js';
import { openInput, type OpenedInput } from './open-input.js';
import { isResultFile } from './result-file.js';
import { writeCopy } from './write-copy.js';

export type StageOptions = {
  readonly reading: ReadingOptions;
  /** Where to put the input when it has to be written anew. */
  readonly spoolPath: string;
  readonly signal: AbortSignal | undefined;
  /** Checks CSV on its way to the spool, so that a problem is told before all of it is there; told its encoding, if not UTF-8. */
  readonly checked: (csv: AsyncIterable<Buffer>, encoding: string | undefined) => AsyncIterable<Buffer>;
  /** What the fields tell of the columns of records. */
  readonly columns?: ColumnQuestions;
  /** Takes records that can't be read, or have a value no cell can hold. Default: they are refused. */
  readonly onFaulty?: TakeFaulty | undefined;
  /** The object that records are loaded into; absent: it doesn't matter of which they are. */
  readonly object?: string | undefined;
  /** Told what was chosen of an input, or was asked for in vain. */
  readonly onNotice?: (notice: InputProblem) => void;
};

type ActualForm = { readonly format: InputFormat; readonly encoding: string | undefined };

/** An input as a plain CSV file in UTF-8 that can be read again. */
export type StagedInput = {
  readonly source: SourceFile;
  /** It has no records, and no columns either: `[]`. */
  readonly isEmpty: boolean;
  /** It was records, whose values have been brought into the service's form. */
  readonly isTyped: boolean;
  /** It was records, which have said what is null: an empty cell may be a field that one of them does not have. Default false. */
  readonly isRecords?: boolean;
  /** What it was in, if not UTF-8. */
  readonly encoding?: string | undefined;
};

/**
 * Makes an input a plain CSV file in UTF-8 that can be read again: the user's own file where it is one, otherwise a
 * spool. Compressed and piped inputs, other encodings and other formats are written to the spool as they are read.
 */
export async function stageInput(input: LoadInput, options: StageOptions): Promise<StagedInput> {
  if (input.records !== undefined) return stageRecords(input, options);
  const opened = await openInput(input, options.signal);
  const isPacked = isGzip(opened.first);
  const plain = isPacked ? await unpacked(opened) : opened;
  const format = options.reading.format ?? detectInputFormat(input.name, plain.first);
  if (format !== 'xlsx' && options.reading.sheet !== undefined) options.onNotice?.(noSheets(input.name));
  const isOwn = !isPacked && opened.isStored && (await isOwnUtf8(plain, options.reading));
  const encoding = encodingOf(format, plain, isOwn ? {} : options.reading);
  const isPlain = !isPacked && format === 'csv' && encoding === undefined;
  if (isPlain && opened.isStored && input.path !== undefined)
    return { source: await sourceFile(input.path, input.name, false), isEmpty: false, isTyped: false };
  const types = new RecordTypes(options.object);
  const csv = options.checked(await csvBytes(plain, { format, encoding }, options, types), encoding);
  const spooled = await spool(csv, input, options).catch((error: unknown) => {
    throw isOfRecords(error) ? withWayOut(error) : error;
  });
  tell(types, input, options);
  return {
    ...spooled,
    isTyped: format !== 'csv',
    isRecords: format !== 'csv' && format !== 'xlsx',
    encoding,
  };
}

function tell(types: RecordTypes, { name }: LoadInput, { onNotice }: StageOptions): void {
  const notice = types.notice(name);
  if (notice !== undefined) onNotice?.(notice);
}

const recordCodes = new Set(['DUPLICATE_COLUMN', 'RECORD', 'VALUE', 'XLSX_CELL']);

/** Whether there are records that can be told from others, and are not sound. */
function isOfRecords(error: unknown): error is InputError {
  return (
    error instanceof InputError &&
    error.problems.every(({ code, row = 0 }) => row > 0 && recordCodes.has(code))
  );
}

function noSheets(file: string): InputProblem {
  return {
    code: 'NO_SHEETS',
    file,
    message: `${file} is no Excel workbook: the sheet that was asked for is ignored.`,
  };
}

/** Records are kept on disk too, since they are read twice. */
async function stageRecords(input: RecordInput, options: StageOptions): Promise<StagedInput> {
  const { spoolPath } = options;
  const path = `${spoolPath}.raw`;
  const types = new RecordTypes(options.object);
  await writeCopy(storedRecords(types.each(input.records)), copyOf(input, path, options));
  tell(types, input, options);
  const again = (): AsyncIterable<InputRecord> => readStoredRecords(createReadStream(path));
  await writeCopy(
    recordsToCsv(again, { ...options.columns, file: input.name, onFaulty: options.onFaulty }),
    copyOf(input, spoolPath, options),
  );
  const source = await sourceFile(spoolPath, input.name, true);
  return { source, isEmpty: false, isTyped: true, isRecords: true };
}

async function spool(
  csv: AsyncIterable<Buffer>,
  input: LoadInput,
  options: StageOptions,
): Promise<Omit<StagedInput, 'isTyped'>> {
  const { spoolPath } = options;
  let isEmpty = false;
  try {
    await writeCopy(csv, copyOf(input, spoolPath, options));
  } catch (error) {
    if (!(error instanceof NoRecordsError)) throw error;
    isEmpty = true;
  }
  return { source: await sourceFile(spoolPath, input.name, true), isEmpty };
}

/** Whether a file is a result file as loads write it, in UTF-8, though its input may have been in another encoding. */
async function isOwnUtf8({ first, input }: OpenedInput, { encoding }: ReadingOptions): Promise<boolean> {
  if (encoding === undefined || input.path === undefined || isUtf8Name(encoding)) return false;
  const [header = ''] = first.toString('latin1').split(/[\r\n]/, 1);
  return isResultFile(input.name, header.split(/[^\w]+/)) && (await tellsEncoding(input.path));
}

/** Undefined for UTF-8. */
function encodingOf(
  format: InputFormat,
  { first }: OpenedInput,
  { encoding }: ReadingOptions,
): string | undefined {
  if (format === 'parquet' || format === 'xlsx') return undefined;
  if (encoding !== undefined) return isUtf8Name(encoding) ? undefined : encoding;
  const found = detectEncoding(first).encoding;
  return found === 'utf-8' ? undefined : found;
}

async function unpacked(opened: OpenedInput): Promise<OpenedInput> {
  const { input } = opened;
  const stream = gunzip(opened.bytes(), input.name);
  const [first = Buffer.alloc(0)] = [(await stream.next()).value ?? undefined];
  return {
    input,
    first,
    isStored: false,
    bytes: async function* () {
      yield first;
      yield* stream;
    },
  };
}

async function csvBytes(
  plain: OpenedInput,
  { format, encoding }: ActualForm,
  options: StageOptions,
  types: RecordTypes,
): Promise<AsyncIterable<Buffer>> {
  const { bytes, input } = plain;
  const file = input.name;
  const { columns, onFaulty } = options;
  const inUtf8 = (raw: AsyncIterable<Buffer>): AsyncIterable<Buffer> =>
    encoding === undefined ? raw : transcodeToUtf8(raw, encoding);
  if (format === 'csv') return inUtf8(bytes());
  const path = await rereadable(plain, options);
  if (format === 'xlsx') {
    const { onNotice, reading } = options;
    return xlsxToCsv(path, {
      ...columns,
      instantOf: columns?.instantOf,
      sheet: reading.sheet,
      file,
      onNotice,
      onFaulty,
    });
  }
  const again = (): AsyncIterable<Buffer> => inUtf8(createReadStream(path));
  const zone = { instantOf: columns?.instantOf, isDateColumn: columns?.isDateColumn };
  const records: RecordSource =
    format === 'parquet'
      ? () => readParquet(path, file, zone)
      : format === 'json'
        ? () => readJson(again(), file)
        : () => readNdjson(again(), file);
  return recordsToCsv(types.counting(records), { ...columns, file, takesChildLists: true, onFaulty });
}

/** Records are read twice, first for their columns: what comes through a pipe or out of a gzip is kept on disk. */
async function rereadable({ input, bytes, isStored }: OpenedInput, options: StageOptions): Promise<string> {
  if (isStored && input.path !== undefined) return input.path;
  const path = `${options.spoolPath}.raw`;
  await writeCopy(bytes(), copyOf(input, path, options));
  return path;
}

function copyOf({ name }: LoadInput, path: string, { signal }: StageOptions) {
  return { path, name, signal };
}

/** What tells later whether a file is still the one that was planned. */
export async function sourceFile(path: string, name: string, spooled: boolean): Promise<SourceFile> {
  const { size, mtimeMs } = await stat(path);
  return { path, name, bytes: size, mtimeMs, spooled };
}
