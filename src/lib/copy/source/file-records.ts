import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { cellText, isRecordEmpty } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { readCsvHead, scanCsv, type CsvHead } from '../../csv/scan.js';
import type { InputProblem } from '../../errors.js';
import { InputChangedError } from '../../jobs/errors.js';
import { skippedRecords } from '../../load/plan/first-pass-messages.js';
import { namesParentKey } from '../../input/records-to-csv.js';
import { stageInput, type StageOptions } from '../../load/plan/stage.js';
import type { CopyFiles } from '../../run/copy-record.js';
import type { SourceFile } from '../../run/record.js';
import { sumOf } from '../../files/file-facts.js';
import { fileChunks } from '../../files/file-chunks.js';

/** Takes a record of a file; valid during the call only. Rows are counted from 1, over all files, blank ones too. */
export type VisitFileRecord = (record: CsvRecord, row: number) => void;

type OpenedFile = { readonly source: SourceFile; readonly head: CsvHead };

/** The files of an object as CSV that can be read again and again. */
export class FileRecords {
  readonly #files: readonly OpenedFile[];
  #cells: ReadonlyMap<string, number> = new Map();

  readonly #notices: readonly InputProblem[];

  private constructor(files: readonly OpenedFile[], notices: readonly InputProblem[]) {
    this.#files = files;
    this.#notices = notices;
  }

  /**
   * @param spoolPath where what is no plain CSV is kept
   * @throws InputError a file can't be read, or is no sound input
   * @throws InputChangedError a file isn't what it was when the copy began
   */
  static async open(
    {
      paths,
      marks,
      types = {},
      encoding,
    }: Pick<CopyFiles, 'paths' | 'types' | 'encoding'> & Partial<Pick<CopyFiles, 'marks'>>,
    { spoolPath, signal, object }: Pick<StageOptions, 'spoolPath' | 'signal' | 'object'>,
  ): Promise<FileRecords> {
    const files: OpenedFile[] = [];
    const notices: InputProblem[] = [];
    for (const [index, path] of paths.entries()) {
      if (marks !== undefined) await requireUnchanged(path, marks[index]);
      const staged = await stageInput(
        { name: basename(path), path },
        {
          reading: { encoding },
          spoolPath: `${spoolPath}${index}`,
          signal,
          object,
          onNotice: (notice) => notices.push(notice),
          checked: (csv) => csv,
          columns: {
            isDateColumn: (column) => types[column] === 'date',
            typeOf: (column) => types[column],
            takesNull: (column) => types[column] !== 'boolean' && !namesParentKey(column),
            convertText: (_, text) => text,
            isParent: () => false,
          },
        },
      );
      if (!staged.isEmpty)
        files.push({ source: staged.source, head: await readCsvHead(staged.source, { adviser: 'file' }) });
    }
    return new FileRecords(files, notices);
  }

  /** Of all files, each once. */
  get columns(): string[] {
    return [...new Set(this.#files.flatMap(({ head }) => head.columns))];
  }

  /** Of the file whose records are being visited; beyond all of them where it has none of that name. */
  cellOf(column: string): number {
    return this.#cells.get(column) ?? Number.MAX_SAFE_INTEGER;
  }

  /** The value of a column in the first record; empty where there is none. */
  async first(column: string): Promise<string> {
    for (const { source, head } of this.#files) {
      const bytes = fileChunks(source.path, { start: head.dataStart });
      let text = '';
      await new RecordReader(bytes, head.dialect.delimiter).read(1, (record) => {
        text = cellText(record, head.columns.indexOf(column));
      });
      await bytes.return();
      if (text !== '') return text;
    }
    return '';
  }

  /**
   * @returns sentences about rows without values, which are no records, and about records that may be of another object
   * @throws InputError a file is no sound CSV: where, and why
   */
  async check(): Promise<string[]> {
    const told = [...this.#notices];
    for (const { source } of this.#files) {
      const scan = await scanCsv(source, { skipsEmptyRows: true, adviser: 'file' });
      told.push(...skippedRecords({ source, scan }));
    }
    return told.map(({ message }) => message);
  }

  /**
   * Visits every record once, in constant memory; those without any value are none.
   * @param pause awaited now and then between two records, for what the visitor has gathered
   */
  async scan(visit: VisitFileRecord, pause?: () => Promise<void>): Promise<void> {
    let row = 0;
    for (const { source, head } of this.#files) {
      this.#cells = new Map(head.columns.map((name, index) => [name, index]));
      const bytes = fileChunks(source.path, { start: head.dataStart });
      const reader = new RecordReader(bytes, head.dialect.delimiter);
      await reader.read(
        Infinity,
        (record) => {
          row += 1;
          if (!isRecordEmpty(record)) visit(record, row);
        },
        pause,
      );
    }
  }

  /** Removes what was written anew. */
  async close(): Promise<void> {
    for (const { source } of this.#files) if (source.spooled) await rm(source.path, { force: true });
  }
}

/**
 * Rows that have a number, and keys that have a row, would be others. Of a file that was only touched, or put back as it was, the
 * bytes tell.
 */
async function requireUnchanged(path: string, mark: CopyFiles['marks'][number] | undefined): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && found.size === mark?.bytes) {
    if (found.mtimeMs === mark.mtimeMs || (await sumOf(path)).crc32 === mark.crc32) return;
  }
  throw new InputChangedError(`${path} has changed since the copy began.`, {
    actions: ['Put it back as it was, or start the copy again.'],
    data: { path },
  });
}
