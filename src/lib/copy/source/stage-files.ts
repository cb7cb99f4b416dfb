import { createHash } from 'node:crypto';
import { onDisk } from '../../files/disk-full.js';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cellText, encodeCell } from '../../csv/cells.js';
import { QUOTE } from '../../csv/bytes.js';
import { idWords, readLongId, writeId } from '../../csv/record-id.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { InputError, UsageError } from '../../errors.js';
import { PartFile } from '../../files/part-file.js';
import { nullText } from '../../input/flatten-record.js';
import { ByteSink } from '../../output/byte-sink.js';
import { datasetManifest, manifestFileName, partFileName } from '../../output/dataset-manifest.js';
import type { CopyFiles, CopyObject } from '../../run/copy-record.js';
import { FileRecords } from './file-records.js';
import { IdMap } from '../../files/id-map.js';
import { isAmbiguous } from '../../files/key-map.js';
import { hashKey } from '../../load/check/match-text.js';
import { numberedId } from '../model/numbered-ids.js';
import { fileRowColumn } from './told-records.js';
import { parentKeyMap } from './parent-keys.js';
import type { CopyWork } from '../model/work.js';
import { ownFile } from '../model/own-files.js';

export type StageSetup = {
  readonly work: CopyWork;
  readonly object: CopyObject & { readonly file: CopyFiles };
  /** Gets the records, as an export would. */
  readonly folder: string;
};

/**
 * Brings the records of an object's files into a folder of its own, in the form of an export: each with an id, and with the
 * ids of its parents in the place of their keys.
 * @throws InputError a file is no sound input, or has changed since the plan was made
 * @throws UsageError several parents have the key of a record
 */
export async function stageFiles({ work, object, folder }: StageSetup): Promise<void> {
  const records = await openFiles(work, object);
  const writer = new StageWriter(object, records);
  try {
    for (const warning of await records.check()) work.events.emit('warning', warning);
    requireColumns(object, records);
    for (const key of object.parentKeys ?? []) writer.useKeys(key.field, await parentKeyMap(work, key));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = partFileName(0, 'csv', false);
    const file = await PartFile.open(join(folder, name));
    const hash = createHash('sha256');
    const flush = (): Promise<void> => writer.out.drain(file, hash);
    try {
      await records.scan((record, row) => writer.read(record, row), flush);
      await flush();
    } catch (error) {
      await file.discard();
      throw error;
    }
    const bytes = file.offset;
    await file.commit();
    const manifest = datasetManifest({
      query: object.soql,
      operation: 'query',
      object: object.object,
      jobIds: [],
      apiVersion: '',
      completedAt: new Date().toISOString(),
      format: 'csv',
      isGzip: false,
      columns: writer.columns,
      parts: [{ file: name, rows: writer.rows, bytes, sha256: hash.digest('hex') }],
    });
    const path = join(folder, manifestFileName);
    await onDisk(path, () => writeFile(path, JSON.stringify(manifest), { mode: 0o600 }));
  } finally {
    writer.close();
    await records.close();
  }
}

/** The records of an object's files. */
export function openFiles(
  work: CopyWork,
  { object, file }: { readonly object: string; readonly file: CopyFiles },
): Promise<FileRecords> {
  const { signal } = work.contexts.target;
  return FileRecords.open(file, { spoolPath: ownFile(work, `file-${object}-`), signal, object });
}

function requireColumns({ object, file }: StageSetup['object'], { columns }: FileRecords): void {
  const missing = Object.keys(file.columns).filter((column) => !columns.includes(column));
  if (missing.length === 0) return;
  throw new InputError([
    {
      code: 'FILE_CHANGED',
      file: file.paths.join(', '),
      message: `The columns ${missing.join(', ')} of ${object} are gone since the copy began.`,
    },
  ]);
}

type Column = { readonly name: string; readonly field: string };

class StageWriter {
  rows = 0;
  readonly columns: readonly string[];
  readonly #object: StageSetup['object'];
  readonly #records: FileRecords;
  readonly #columns: readonly Column[];
  readonly #lookups: ReadonlySet<string>;
  /** Records without ids are called by their rows anyway. */
  readonly #tellsRow: boolean;
  readonly #keys = new Map<string, IdMap>();
  readonly #id = new Uint32Array(idWords);
  readonly out = new ByteSink();

  constructor(object: StageSetup['object'], records: FileRecords) {
    this.#object = object;
    this.#records = records;
    this.#columns = Object.entries(object.file.columns)
      .map(([name, field]) => ({ name, field }))
      .filter(({ field }) => field !== 'Id');
    this.#lookups = new Set(object.lookups.map(({ field }) => field));
    this.#tellsRow = object.file.isNumbered !== true;
    const columns = ['Id', ...this.#columns.map(({ field }) => field)];
    this.columns = this.#tellsRow ? [...columns, fileRowColumn] : columns;
    this.out.append(Buffer.from(`${this.columns.join(',')}\n`));
  }

  useKeys(field: string, path: string): void {
    this.#keys.set(field, IdMap.open(path));
  }

  read(record: CsvRecord, row: number): void {
    this.rows += 1;
    this.#put(this.#idOf(record, row));
    for (const { name, field } of this.#columns) {
      this.out.append(comma);
      const cell = this.#records.cellOf(name);
      if (this.#lookups.has(field)) this.#put(this.#parentOf(field, cellText(record, cell)));
      else this.#putCell(record, cell);
    }
    if (this.#tellsRow) this.out.append(Buffer.from(`,${row}`));
    this.out.append(newline);
  }

  close(): void {
    for (const map of this.#keys.values()) map.close();
  }

  #idOf(record: CsvRecord, row: number): string {
    const { file, keyPrefix, object } = this.#object;
    if (file.isNumbered === true) return numberedId(keyPrefix, row);
    const column = Object.keys(file.columns).find((each) => file.columns[each] === 'Id') ?? 'Id';
    const text = cellText(record, this.#records.cellOf(column));
    const isId = writeId(text, this.#id);
    if (isId && text.startsWith(keyPrefix)) return text;
    const of = { file: file.paths.join(', '), row };
    throw new InputError([
      isId
        ? {
            code: 'INVALID_ID',
            ...of,
            message: `The Id "${text}" doesn't begin with "${keyPrefix}", as the first one of ${object} does: lookups tell objects apart by that.`,
          }
        : {
            code: 'INVALID_ID',
            ...of,
            message: `"${text}" isn't an id of ${object}. Records have ids, or no column for them.`,
          },
    ]);
  }

  /** The id of a parent, where the value is its key; what is the key of none stays as it is, and is told as missing. */
  #parentOf(field: string, text: string): string {
    if (text === '') return '';
    if (text === nullText) return this.#takesNull(field) ? text : '';
    const map = this.#keys.get(field);
    const key = this.#object.parentKeys?.find((each) => each.field === field);
    if (map === undefined || key === undefined) return text;
    const found = map.get(hashKey(text, key.compare));
    if (found === undefined) return text;
    if (!isAmbiguous(found)) return readLongId(found);
    throw new UsageError(
      `${field} of ${this.#object.object} names "${text}", and several records of ${key.of} have this ${key.by}.`,
      { actions: [`Make ${key.by} unique in ${key.of}, or take another "by".`] },
    );
  }

  /** Every record has an owner. */
  #takesNull(field: string): boolean {
    return !this.#object.lookups.some((each) => each.field === field && each.byName === 'owner');
  }

  /** A cell as it is where commas and quotes have no other meaning in it. */
  #putCell(record: CsvRecord, cell: number): void {
    const start = record.starts[cell] ?? 0;
    const isQuoted = cell < record.count && record.bytes[start] === QUOTE;
    if (isQuoted) this.out.append(record.bytes.subarray(start, record.ends[cell] ?? start));
    else this.#put(cellText(record, cell));
  }

  #put(text: string): void {
    this.out.append(Buffer.from(encodeCell(text, ',')));
  }
}

const comma = Buffer.from(',');
const newline = Buffer.from('\n');
