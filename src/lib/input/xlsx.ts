import { readFile } from 'node:fs/promises';
import { InputError, type InputProblem } from '../errors.js';
import { cellText, type Unholdable } from './cell-text.js';
import { placeholder } from './placeholder.js';
import { pieceLength, rowText, type TakeFaulty } from './records-to-csv.js';
import { placeOf, readSheetXml, type FaultyCell } from './xlsx-cells.js';
import { sheetDateText, type DateOptions, type DayCount } from './xlsx-dates.js';
import { chooseSheet, linksPath, readWorkbook, sheetNotice, workbookPath } from './xlsx-sheets.js';

export type XlsxOptions = DateOptions & {
  /** The name of a sheet, or its number from 1. Default: the first that is visible. */
  readonly sheet?: string | undefined;
  /** What messages call the file. */
  readonly file: string;
  /** Told the columns before any value is converted. */
  readonly onColumns?: ((names: readonly string[], file: string) => void) | undefined;
  /** Gives what text becomes, or why it can't be told. Default: it stays as it is. */
  readonly convertText?: ((column: string, text: string) => string | Unholdable) | undefined;
  /** Gives what a number becomes; undefined leaves it as it is. */
  readonly convertNumber?: ((column: string, value: number) => string | undefined) | undefined;
  /** Whether nothing of a column is sent or kept, so that its faults do no harm. Default: never. */
  readonly isIgnored?: ((column: string) => boolean) | undefined;
  /** Told of each row that has a cell with an error, with its number; it is written all the same. Default: it is refused. */
  readonly onFaulty?: TakeFaulty | undefined;
  /** Told which sheet is read, where there are several and none was named. */
  readonly onNotice?: ((notice: InputProblem) => void) | undefined;
};

/** A sheet is read as a whole, and takes some seven times the bytes of its XML in memory. */
const mostXmlBytes = 128 * 1024 * 1024;

/**
 * Reads a sheet of an Excel workbook as CSV: UTF-8, commas, line feeds; its first row is the header. Numbers, checkboxes
 * and dates come in the service's form, whatever the sheet shows; an empty cell is empty.
 *
 * Memory is bounded by refusing what has more than 128 MB of XML: some 280,000 rows of ten columns, which take
 * about 1 GB.
 *
 * @throws InputError it is no workbook, has no such sheet, is too large, or has cells with errors that nobody takes
 */
export async function* xlsxToCsv(
  path: string,
  options: XlsxOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const sheet = await readSheetOf(path, options);
  const { rows, days } = sheet;
  const columns = (rows[0] ?? []).map((cell) => textOf(cell, '', days, {}));
  options.onColumns?.(columns, options.file);
  tellFaulty(sheet, columns, options);
  let piece = rowText(columns);
  for (const row of rows.slice(1)) {
    piece += rowText(columns.map((column, index) => textOf(row[index] ?? null, column, days, options)));
    if (piece.length < pieceLength) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}

type ValueOptions = DateOptions & Pick<XlsxOptions, 'convertText' | 'convertNumber'>;

type Cell = string | number | boolean | Date | null;

type Sheet = {
  readonly name: string;
  readonly rows: Cell[][];
  readonly faulty: readonly FaultyCell[];
  readonly days: DayCount;
};

async function readSheetOf(path: string, options: XlsxOptions): Promise<Sheet> {
  const { file, sheet, onNotice } = options;
  const bytes = await readFile(path);
  const refuse = (problem: Pick<InputProblem, 'message'>, cause?: unknown): InputError =>
    new InputError(
      [{ /** The workbook can't be read; the message says why. */ code: 'XLSX', file, ...problem }],
      { cause },
    );
  // Only for this format: it takes a while to load.
  const [{ readSheet }, { unzipSync }] = await Promise.all([
    import('read-excel-file/node'),
    import('fflate'),
  ]);
  let xmlBytes = 0;
  try {
    unzipSync(bytes, {
      filter: ({ originalSize }) => {
        xmlBytes += originalSize;
        return false;
      },
    });
  } catch (error) {
    const message =
      'It is no Excel workbook that can be read. Save it as .xlsx, without a password, or as CSV.';
    throw refuse({ message }, error);
  }
  if (xmlBytes > mostXmlBytes) {
    throw refuse({ message: 'The workbook is too large to be read as a whole. Save the sheet as CSV.' });
  }
  try {
    const workbook = readWorkbook(
      unzipSync(bytes, { filter: ({ name }) => name === workbookPath || name === linksPath }),
    );
    const at = chooseSheet(workbook, sheet);
    if (typeof at !== 'number') throw refuse(at);
    const { name = '', path: part = '' } = workbook.sheets[at] ?? {};
    const xml = unzipSync(bytes, { filter: (entry) => entry.name === part })[part];
    if (xml === undefined) throw refuse({ message: `The workbook cannot be read: it lacks ${part}.` });
    const { faulty, unreadable, hasIsoDates } = readSheetXml(xml);
    if (unreadable !== undefined)
      throw refuse({ message: `The sheet ${JSON.stringify(name)} ${unreadable}. ${wayOut}` });
    const read = (await readSheet(bytes, at + 1, { trim: false })) as Cell[][];
    const rows = workbook.is1904 && !workbook.isReadAs1904 ? read.map(from1904) : read;
    const notice = sheetNotice(workbook, at, options);
    if (notice !== undefined) onNotice?.(notice);
    return { name, rows, faulty, days: hasIsoDates ? 'iso' : workbook.is1904 ? '1904' : '1900' };
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const message = `The workbook cannot be read: ${why}. ${wayOut}`;
    throw refuse({ message }, error);
  }
}

/** Days between the two days 0. */
const days1904 = 1462;

function from1904(cells: readonly Cell[]): Cell[] {
  return cells.map((cell) =>
    cell instanceof Date ? new Date(cell.getTime() + days1904 * 86_400_000) : cell,
  );
}

const wayOut = 'Open the workbook in Excel and save it again, or save the sheet as CSV.';
const mostProblems = 20;

/**
 * Tells of rows in which cells of columns that count have errors, or formulas without a result. Such a cell gets a text that
 * says so: an empty one, or `#N/A`, might clear a field when the row is sent after all.
 * @throws InputError nobody takes them, or they are in the header
 */
function tellFaulty(sheet: Sheet, columns: readonly string[], options: XlsxOptions): void {
  const { rows } = sheet;
  const { file, isIgnored, onFaulty } = options;
  const problems: InputProblem[] = [];
  const faulty = [...sheet.faulty.map(withoutValue), ...unconvertedTexts(rows, columns, options)];
  for (const { place, row, column, what, shown } of faulty.sort((one, other) => one.row - other.row)) {
    const name = columns[column] ?? '';
    if (name !== '' && row > 0 && isIgnored?.(name) === true) continue;
    const message = `Cell ${place} of the sheet ${JSON.stringify(sheet.name)} ${what}.`;
    const problem = { code: 'XLSX_CELL', file, row, ...(name === '' ? {} : { column: name }), message };
    if (row === 0 || onFaulty === undefined) problems.push(problem);
    else {
      onFaulty(problem);
      if (shown !== undefined) {
        while (rows.length <= row) rows.push([]);
        (rows[row] ??= [])[column] = shown;
      }
    }
    if (problems.length === mostProblems) break;
  }
  if (problems.length === 0) return;
  throw new InputError(problems, {
    actions: ['Fix or clear the cells in Excel, and save the workbook.'],
  });
}

/** A cell that can't be sent; `what` completes a sentence that begins with it, `shown` stands in its place. */
type CellFault = Pick<FaultyCell, 'place' | 'row' | 'column'> & {
  readonly what: string;
  readonly shown?: string;
};

function withoutValue({ error, ...at }: FaultyCell): CellFault {
  const what = error === undefined ? 'has a formula without a stored result' : `is the error ${error}`;
  return { ...at, what, shown: placeholder(error ?? 'no result') };
}

/** Texts that are not of the form that values of their column are said to have. */
function* unconvertedTexts(
  rows: readonly Cell[][],
  columns: readonly string[],
  { convertText }: XlsxOptions,
): Generator<CellFault> {
  if (convertText === undefined) return;
  for (const [row, cells] of rows.entries()) {
    if (row === 0) continue;
    for (const [column, cell] of cells.entries()) {
      if (typeof cell !== 'string' || column >= columns.length) continue;
      const given = convertText(columns[column] ?? '', cell);
      if (typeof given === 'object') yield { place: placeOf(row, column), row, column, what: given.what };
    }
  }
}

function textOf(cell: Cell, column: string, days: DayCount, options: ValueOptions): string {
  if (cell === null) return '';
  if (typeof cell === 'string') {
    const given = options.convertText?.(column, cell);
    return typeof given === 'string' ? given : cell;
  }
  if (cell instanceof Date) return sheetDateText(cell, column, days, options);
  const given = typeof cell === 'number' ? (options.convertNumber?.(column, cell) ?? cell) : cell;
  const text = cellText(given, column);
  return typeof text === 'string' ? text : '';
}
