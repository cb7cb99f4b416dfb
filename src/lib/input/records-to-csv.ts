import { encodeCell } from '../csv/cells.js';
import { InputError, type InputProblem } from '../errors.js';
import { flattenRecord, nullText, type FlattenOptions } from './flatten-record.js';
import { recordError, type InputRecord } from './input-record.js';
import { RecordColumnsBuilder, type RecordColumns } from './record-columns.js';

/** An input of records has none with a field, so that it has no columns either. */
export class NoRecordsError extends InputError {}

/** Gives the same records each time it is called. */
export type RecordSource = () => AsyncIterable<InputRecord> | Iterable<InputRecord>;

export type RecordsToCsvOptions = Pick<
  FlattenOptions,
  'isDateColumn' | 'convertText' | 'convertNumber' | 'takesChildLists'
> & {
  /** What messages call the input. */
  readonly file: string;
  /** Whether a column's field can be null; the null of one that can't leaves its cell empty. Default: it can. */
  readonly takesNull?: (column: string) => boolean;
  /** Whether a name that is only ever null is a parent record's, and no column. Default: it is a column. */
  readonly isParent?: (column: string) => boolean;
  /** Whether nothing of a column is sent or kept, so that its faults do no harm. Default: never. */
  readonly isIgnored?: ((column: string) => boolean) | undefined;
  /** Told of each record that has a value no cell can hold, with its number; it is written all the same. Default: it is refused. */
  readonly onFaulty?: ((problem: InputProblem) => void) | undefined;
};

/** Rows are handed on in pieces of at least this many characters. */
export const pieceLength = 64 * 1024;

/**
 * Writes records as CSV that the service takes: UTF-8, commas, line feeds. The columns are all keys of all records,
 * in the order they are first seen and without regard to case, so the source is read twice. Null becomes `#N/A`
 * where a field takes it, also for each column of a parent record that is null; a key that is not there leaves its cell empty.
 *
 * @throws NoRecordsError there are no records, or none has a field
 * @throws InputError one has a value that no cell can hold, and nobody takes it
 */
export async function* recordsToCsv(
  source: RecordSource,
  options: RecordsToCsvOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const columns = await gatherColumns(source(), options);
  let piece = rowText(columns.names);
  let row = 0;
  for await (const record of source()) {
    piece += rowText(cellsOf(record, columns, { ...options, row: ++row }));
    if (piece.length < pieceLength) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}

async function gatherColumns(
  records: AsyncIterable<InputRecord> | Iterable<InputRecord>,
  { file, isParent = () => false, isIgnored, onFaulty, ...options }: RecordsToCsvOptions,
): Promise<RecordColumns> {
  const builder = new RecordColumnsBuilder();
  const takesFault = (column: string): boolean => onFaulty !== undefined || isIgnored?.(column) === true;
  let row = 0;
  for await (const record of records) {
    flattenRecord(record, { ...options, takesFault, place: { file, row: ++row } }, (column, text) =>
      builder.add(column, text !== undefined),
    );
  }
  const columns = builder.build(isParent);
  if (columns.names.length === 0) {
    throw new NoRecordsError([
      { code: 'EMPTY_FILE', file, message: 'There are no records with fields in it.' },
    ]);
  }
  return columns;
}

function cellsOf(
  record: InputRecord,
  columns: RecordColumns,
  {
    file,
    row,
    takesNull = () => true,
    isIgnored,
    onFaulty,
    ...options
  }: RecordsToCsvOptions & { readonly row: number },
): readonly string[] {
  const place = { file, row };
  const cells: Array<string | undefined> = columns.names.map(() => undefined);
  const takesFault = (column: string, problem: InputProblem): boolean => {
    const isHarmless = isIgnored?.(column) === true;
    if (!isHarmless) onFaulty?.(problem);
    return isHarmless || onFaulty !== undefined;
  };
  flattenRecord(record, { ...options, takesFault, place }, (column, text) => {
    const index = columns.indexOf(column);
    if (index === undefined) {
      for (const child of columns.under(column)) cells[child] ??= nullText;
      return;
    }
    if (cells[index] !== undefined) {
      const error = recordError('DUPLICATE_COLUMN', `has ${column} twice, in different spellings.`, place);
      if (!error.problems.every((problem) => takesFault(column, problem))) throw error;
      return;
    }
    cells[index] = text ?? (takesNull(column) ? nullText : '');
  });
  return cells.map((cell) => cell ?? '');
}

/** A line of CSV. A row of one empty value is quoted: a blank line is no record. */
export function rowText(cells: readonly string[]): string {
  if (cells.length === 1 && cells[0] === '') return '""\n';
  return `${cells.map((cell) => encodeCell(cell, ',')).join(',')}\n`;
}
