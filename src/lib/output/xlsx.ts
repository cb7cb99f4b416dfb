import { Zip, ZipDeflate, type DeflateOptions } from 'fflate';
import { cellText, isCellEmpty } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import type { ColumnKind } from '../describe/column-types.js';
import { UsageError } from '../errors.js';
import { CsvRecords } from './csv-records.js';
import type { ResultWriter, ResultWriterOptions } from './writer.js';
import { columnName, columnWidths, textCell, typedCell, workbookParts, xmlText } from './xlsx-parts.js';

/** Of a sheet, its header included (Excel specifications and limits). */
const mostRows = 1_048_576;
const mostColumns = 16_384;
const mostCharacters = 32_767;
/** A ZIP file counts the bytes of a file in it with 32 bits. */
const mostSheetBytes = 4_000_000_000;

/** Fast, and a fifth larger than the best: spreadsheets are opened, and not kept. */
const compression: DeflateOptions = { level: 1 };

const sheetStart =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
  '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
  '</sheetView></sheetViews>';
const sheetEnd = '</sheetData></worksheet>';

/** The records can't be held by a file of this format, however often it is tried. */
export class FormatLimitError extends UsageError {}

/** Spares an export that would end with an error a long download. @throws FormatLimitError there are more than a sheet takes */
export function requireFitsSheet(records: number): void {
  if (records >= mostRows) throw tooMany('records', records, mostRows - 1);
}

/**
 * Writes an Excel workbook with one sheet as the rows come, in constant memory: a header that stays in view, and a row for
 * each record. With kinds numbers are numbers, and dates dates, times in UTC; without, every cell is text.
 */
export class XlsxResultWriter implements ResultWriter {
  readonly #sheetRows: number;
  readonly #columns: readonly string[];
  readonly #kinds: ReadonlyArray<ColumnKind | undefined>;
  readonly #names: readonly string[];
  readonly #records: CsvRecords;
  readonly #zip: Zip;
  readonly #sheet: ZipDeflate;
  #ready: Uint8Array[] = [];
  #rows = 1;
  #sheetBytes = 0;
  #xml: string;

  /**
   * @param sheetRows of a sheet, its header included. Default: as many as Excel's has
   * @throws UsageError there are more columns than a sheet has
   */
  constructor({ columns, delimiter, types }: ResultWriterOptions, sheetRows = mostRows) {
    this.#sheetRows = sheetRows;
    if (columns.length > mostColumns) throw tooMany('columns', columns.length, mostColumns);
    this.#columns = columns;
    this.#kinds = columns.map((_, index) => types?.[index]);
    this.#xml = `${sheetStart}${columnWidths(columns, this.#kinds)}<sheetData>`;
    this.#names = columns.map((_, index) => columnName(index));
    this.#records = new CsvRecords(columns.length, delimiter, (record) => this.#addRecord(record));
    this.#zip = new Zip((error, bytes) => {
      if (error !== null) throw error;
      this.#ready.push(bytes);
    });
    for (const [name, content] of workbookParts) {
      const part = this.#part(name);
      part.push(Buffer.from(content), true);
    }
    this.#sheet = this.#part('xl/worksheets/sheet1.xml');
    this.#xml += this.#row((column) => textCell(`${this.#names[column]}1`, columns[column] ?? '', 'header'));
  }

  push(chunk: Buffer): Buffer {
    this.#records.push(chunk);
    return this.#take();
  }

  endPage(): Buffer {
    this.#records.finish();
    return this.#take();
  }

  end(): Buffer {
    this.#records.finish();
    this.#xml += sheetEnd;
    this.#flush(true);
    this.#zip.end();
    return this.#take();
  }

  #part(name: string): ZipDeflate {
    const part = new ZipDeflate(name, compression);
    // The same records make the same file.
    part.mtime = new Date(1980, 0, 1);
    this.#zip.add(part);
    return part;
  }

  #addRecord(record: CsvRecord): void {
    this.#rows += 1;
    if (this.#rows > this.#sheetRows) throw tooMany('records', undefined, this.#sheetRows - 1);
    this.#xml += this.#row((column) => this.#cell(record, column));
  }

  #row(cellAt: (column: number) => string): string {
    let cells = '';
    for (let column = 0; column < this.#columns.length; column++) cells += cellAt(column);
    return `<row r="${this.#rows}">${cells}</row>`;
  }

  #cell(record: CsvRecord, column: number): string {
    if (isCellEmpty(record, column)) return '';
    const text = cellText(record, column);
    const place = `${this.#names[column]}${this.#rows}`;
    const typed = typedCell(place, text, { record, column, kind: this.#kinds[column] });
    if (typed !== undefined) return typed;
    if (text.length > mostCharacters) throw this.#tooLong(text, column);
    return textCell(place, text);
  }

  #take(): Buffer {
    if (this.#xml !== '') this.#flush(false);
    const ready = this.#ready;
    this.#ready = [];
    return Buffer.concat(ready);
  }

  #flush(isEnd: boolean): void {
    const bytes = Buffer.from(this.#xml);
    this.#xml = '';
    this.#sheetBytes += bytes.length;
    if (this.#sheetBytes > mostSheetBytes) throw tooMany('bytes', undefined, mostSheetBytes);
    this.#sheet.push(bytes, isEnd);
  }

  #tooLong({ length }: string, column: number): UsageError {
    const name = xmlText(this.#columns[column] ?? '');
    return refusal(
      `Record ${this.#rows - 1} has ${length} characters in ${name}, and a cell of Excel holds ${mostCharacters}.`,
    );
  }
}

function tooMany(what: string, count: number | undefined, most: number): FormatLimitError {
  return refusal(`A sheet of Excel holds ${most} ${what}, and there are ${count ?? 'more'}.`);
}

function refusal(message: string): FormatLimitError {
  return new FormatLimitError(message, {
    actions: ['Export to CSV or Parquet instead: name the output .csv or .parquet.'],
  });
}
