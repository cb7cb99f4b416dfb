import { readFile } from 'node:fs/promises';
import { InputError, type InputProblem } from '../errors.js';
import { cellText } from './cell-text.js';
import { pieceLength, rowText } from './records-to-csv.js';

export type XlsxOptions = {
  /** The name of a sheet, or its number from 1. Default: the first. */
  readonly sheet?: string | undefined;
  /** What messages call the file. */
  readonly file: string;
  /** Whether a column holds days without a time. */
  readonly isDateColumn?: (column: string) => boolean;
  /** Gives what text becomes. Default: it stays as it is. */
  readonly convertText?: ((column: string, text: string) => string) | undefined;
  /** Gives the instant of a time of the sheet, which has no zone; both in milliseconds. Default: sheets are in UTC. */
  readonly instantOf?: ((localMs: number) => number | undefined) | undefined;
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
 * @throws InputError it is no workbook, has no such sheet, or is too large
 */
export async function* xlsxToCsv(
  path: string,
  options: XlsxOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const rows = await sheetRows(path, options);
  const columns = (rows[0] ?? []).map((name) => textOf(name, '', {}));
  let piece = rowText(columns);
  for (const row of rows.slice(1)) {
    piece += rowText(columns.map((column, index) => textOf(row[index] ?? null, column, options)));
    if (piece.length < pieceLength) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}

type ValueOptions = Pick<XlsxOptions, 'isDateColumn' | 'convertText' | 'instantOf'>;

type Cell = string | number | boolean | Date | null;

async function sheetRows(
  path: string,
  { sheet, file }: XlsxOptions,
): Promise<ReadonlyArray<readonly Cell[]>> {
  const bytes = await readFile(path);
  const refuse = (problem: Pick<InputProblem, 'message'>, cause?: unknown): InputError =>
    new InputError([{ code: 'XLSX', file, ...problem }], { cause });
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
    return (await readSheet(bytes, sheetAsked(sheet), { trim: false })) as Cell[][];
  } catch (error) {
    const message = missingSheet(error) ?? `The workbook cannot be read: ${String(error)}`;
    throw refuse({ message }, error);
  }
}

/** The library's error knows the sheets, and its type does not. */
function missingSheet(error: unknown): string | undefined {
  if (!(error instanceof Error && error.name === 'SheetNotFoundError')) return undefined;
  const { sheet, sheets } = error as Error & { readonly sheet: unknown; readonly sheets: readonly string[] };
  return `The workbook has no sheet ${JSON.stringify(sheet)}. Its sheets are: ${sheets.join(', ')}.`;
}

function sheetAsked(sheet: string | undefined): string | number {
  return sheet === undefined ? 1 : /^\d+$/.test(sheet) ? Number(sheet) : sheet;
}

function textOf(cell: Cell, column: string, options: ValueOptions): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return options.convertText?.(column, cell) ?? cell;
  if (cell instanceof Date) return dateText(cell, column, options);
  const text = cellText(cell, column);
  return typeof text === 'string' ? text : '';
}

const dayMs = 86_400_000;

/** A day, where the field holds days or the cell has no time; otherwise an instant. */
function dateText(date: Date, column: string, { isDateColumn, instantOf }: ValueOptions): string {
  const localMs = wholeSecond(date.getTime());
  const local = new Date(localMs).toISOString();
  if (isDateColumn?.(column) === true || localMs % dayMs === 0) return local.slice(0, 10);
  const instant = instantOf === undefined ? localMs : instantOf(localMs);
  // A time that the zone's clock skips is told as one that cannot be read.
  return instant === undefined ? local.slice(0, 19).replace('T', ' ') : new Date(instant).toISOString();
}

/** A time of a sheet is a fraction of a day, which misses a whole second by a millisecond at most. */
function wholeSecond(ms: number): number {
  const nearest = Math.round(ms / 1000) * 1000;
  return Math.abs(ms - nearest) <= 1 ? nearest : ms;
}
