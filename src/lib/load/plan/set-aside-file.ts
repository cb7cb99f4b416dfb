import { closeSync, fsyncSync, openSync } from 'node:fs';
import { writeFully } from '../../files/disk-full.js';
import { delimiterCharacters, type ColumnDelimiter, type LineEnding } from '../../api/types.js';
import { cellText, encodeCell } from '../../csv/cells.js';
import type { CellSource } from '../../csv/cell-source.js';
import { RecordWriter, type RecordWriterOptions } from '../../csv/record-writer.js';
import type { RecordTokenizer } from '../../csv/record-tokenizer.js';
import type { SetAside } from '../../run/record.js';
import type { RowFault } from '../check/invalid-rows.js';
import { ErrorGroups } from '../model/error-groups.js';
import { headerLine } from '../model/result-sets.js';

/** How the cells of a source are written, as for those of its rows that are sent. */
export type SourceForm = Pick<
  RecordWriterOptions,
  'fromDelimiter' | 'emptyAsNull' | 'rewriteQuotedLineEndings'
> & {
  /** How many columns it has. */
  readonly width: number;
  /** Where the cells come from that are sent. */
  readonly sources: readonly CellSource[];
};

/** How the rows of a load are written that are sent. */
type UploadForm = {
  readonly columns: readonly string[];
  readonly delimiter: ColumnDelimiter;
  readonly lineEnding: LineEnding;
  /** Columns that are not sent, and are in the result files; see `Layout`. */
  readonly kept?: readonly string[] | undefined;
};

/** Takes a row of a source that is not sent. */
export type PutAside = (record: RecordTokenizer, row: number, fault: RowFault) => void;

type WrittenRow = {
  readonly line: Buffer;
  readonly kept: Buffer;
  /** The row's number is 0 where it is not known. */
  readonly place: { readonly file: string; readonly row: number };
};

/** A file of failed records with the rows of a load that are not sent; it is put behind those that the org has refused. */
export class SetAsideFile {
  readonly #path: string;
  readonly #form: UploadForm;
  #file: number | undefined;
  readonly #errors = new ErrorGroups();
  readonly #rows = new Map<string, number>();

  constructor(path: string, form: UploadForm) {
    this.#path = path;
    this.#form = form;
  }

  /** For the rows of one source. What is buffered is written with `end`. */
  open(file: string, { width, ...source }: SourceForm): { readonly put: PutAside; readonly end: () => void } {
    const { delimiter, lineEnding } = this.#form;
    const writer = new RecordWriter({ ...source, delimiter: delimiterCharacters[delimiter], lineEnding });
    const write = (isEnd: boolean): void => {
      for (const chunk of writer.take(isEnd)) this.#write(chunk);
    };
    return {
      put: (record, row, { error, line }) => {
        const place = [file, String(row)];
        if (line !== undefined) {
          writer.writeLine(['', `${error} ${line}`, ...place, ...source.sources.map(() => '')]);
        } else if (record.fault === undefined && record.count === width) {
          writer.writeLead(['', error, ...place]);
          writer.write(record);
        } else {
          writer.writeLine(['', error, ...place, ...cellsOf(record, source.sources)]);
        }
        this.#count(error, { file, row });
        write(false);
      },
      end: () => {
        write(true);
      },
    };
  }

  /** Takes a row whose cells are written already: those that would be sent, then those that are kept, as CSV. */
  add({ line, kept, place }: WrittenRow, error: string): void {
    const { delimiter, lineEnding } = this.#form;
    const character = delimiterCharacters[delimiter];
    const lead = ['', error, place.file, place.row === 0 ? '' : String(place.row)];
    const cells = lead.map((cell) => encodeCell(cell, character)).join(character) + character;
    const hasKept = (this.#form.kept ?? []).length > 0;
    this.#write(
      Buffer.concat([
        Buffer.from(cells),
        line,
        ...(hasKept ? [Buffer.from(character), kept] : []),
        Buffer.from(lineEnding === 'CRLF' ? '\r\n' : '\n'),
      ]),
    );
    this.#count(error, place);
  }

  #count(error: string, place: WrittenRow['place']): void {
    this.#errors.add(error, () => place);
    this.#rows.set(place.file, (this.#rows.get(place.file) ?? 0) + 1);
  }

  /** Puts all of it on disk. @returns undefined when no row was set aside */
  close(): SetAside | undefined {
    if (this.#file === undefined) return undefined;
    fsyncSync(this.#file);
    closeSync(this.#file);
    const rows = [...this.#rows.values()].reduce((sum, each) => sum + each, 0);
    return { path: this.#path, rows, errors: this.#errors.report(), byFile: Object.fromEntries(this.#rows) };
  }

  #write(bytes: Uint8Array): void {
    if (this.#file === undefined) {
      this.#file = openSync(this.#path, 'wx', 0o600);
      const { columns, delimiter, lineEnding, kept } = this.#form;
      const newline = lineEnding === 'CRLF' ? '\r\n' : '\n';
      this.#write(
        headerLine('failed', { columns, kept, delimiter: delimiterCharacters[delimiter], newline }),
      );
    }
    writeFully({ fd: this.#file, path: this.#path }, bytes);
  }
}

function cellsOf(record: RecordTokenizer, sources: readonly CellSource[]): string[] {
  return sources.map((source) => {
    if (!('index' in source)) return source.constant;
    const text = cellText(record, source.index);
    return text === '' ? text : (source.convert?.(text) ?? text);
  });
}
