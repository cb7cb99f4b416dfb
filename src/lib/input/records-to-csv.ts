import { encodeCell } from '../csv/cells.js';
import { onOneLine } from '../csv/problems.js';
import { InputError, type InputProblem } from '../errors.js';
import { flattenRecord, nullText, type FlattenOptions } from './flatten-record.js';
import { placeholder } from './placeholder.js';
import { recordError, type InputRecord } from './input-record.js';
import { UnreadableRecord, type ReadRecord } from './unreadable-record.js';
import { RecordColumnsBuilder, type RecordColumns } from './record-columns.js';

/** An input of records has none with a field, so that it has no columns either. */
export class NoRecordsError extends InputError {}

/** Gives the same records each time it is called. */
export type RecordSource = () => AsyncIterable<ReadRecord> | Iterable<ReadRecord>;

/** Takes a row that can't be loaded. `line` is what it looks like, a sentence, where it has no cells to show. */
export type TakeFaulty = (problem: InputProblem, line?: string) => void;

export type RecordsToCsvOptions = Pick<
  FlattenOptions,
  'isDateColumn' | 'convertText' | 'convertNumber' | 'takesChildLists'
> & {
  /** What messages call the input. */
  readonly file: string;
  /** Told the columns before any value is converted. */
  readonly onColumns?: ((names: readonly string[], file: string) => void) | undefined;
  /**
   * Whether null clears what a column sets; the null of one where it doesn't leaves its cell empty. Default: it does, but for
   * the key of a parent.
   */
  readonly takesNull?: (column: string) => boolean;
  /** Whether empty text clears what a column sets; a key that is not there never does. Default: it doesn't. */
  readonly clearsWhenEmpty?: (column: string) => boolean;
  /** Whether a name that is only ever null is a parent record's, and no column. Default: it is a column. */
  readonly isParent?: (column: string) => boolean;
  /** Whether nothing of a column is sent or kept, so that its faults do no harm. Default: never. */
  readonly isIgnored?: ((column: string) => boolean) | undefined;
  /**
   * Told of each record that can't be read or has a value no cell can hold, with its number; something is written for it all
   * the same. Default: it is refused.
   */
  readonly onFaulty?: TakeFaulty | undefined;
};

/** Rows are handed on in pieces of at least this many characters. */
export const pieceLength = 64 * 1024;

/**
 * Writes records as CSV that the service takes: UTF-8, commas, line feeds. The columns are all keys of all records,
 * in the order they are first seen and without regard to case, so the source is read twice. Null becomes `#N/A`
 * where a field takes it, also for each column of a parent record that is null; a key that is not there leaves its cell empty,
 * and so does a parent's key that is null: the parent may well have none.
 *
 * @throws NoRecordsError there are no records, or none has a field
 * @throws InputError one can't be read or has a value that no cell can hold, and nobody takes it; or none can be read
 */
export async function* recordsToCsv(
  source: RecordSource,
  options: RecordsToCsvOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const columns = await gatherColumns(source(), options);
  options.onColumns?.(columns.names, options.file);
  let piece = rowText(columns.names);
  let row = 0;
  for await (const record of source()) {
    row++;
    const isReadable = !(record instanceof UnreadableRecord);
    if (!isReadable) tellUnreadable(record, options);
    piece += rowText(
      isReadable ? cellsOf(record, columns, { ...options, row }) : columns.names.map(() => '?'),
    );
    if (piece.length < pieceLength) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}

function tellUnreadable({ error, text }: UnreadableRecord, { onFaulty }: RecordsToCsvOptions): void {
  for (const problem of error.problems) onFaulty?.(problem, `The text is: ${onOneLine(text)}`);
}

async function gatherColumns(
  records: ReturnType<RecordSource>,
  { file, isParent = () => false, isIgnored, onFaulty, takesChildLists, isDateColumn }: RecordsToCsvOptions,
): Promise<RecordColumns> {
  const builder = new RecordColumnsBuilder();
  const takesFault = (column: string): boolean => onFaulty !== undefined || isIgnored?.(column) === true;
  let row = 0;
  let unreadable: UnreadableRecord | undefined;
  for await (const record of records) {
    row++;
    if (record instanceof UnreadableRecord) {
      if (onFaulty === undefined) throw record.error;
      unreadable ??= record;
      continue;
    }
    const options = { takesChildLists, isDateColumn, takesFault, place: { file, row } };
    flattenRecord(record, options, (column, text) => builder.add(column, text !== undefined));
  }
  const columns = builder.build(isParent);
  if (columns.names.length === 0) {
    if (unreadable !== undefined) throw noneReadable(unreadable.error);
    throw new NoRecordsError([
      { code: 'EMPTY_FILE', file, message: 'There are no records with fields in it.' },
    ]);
  }
  return columns;
}

/** Without a single column there is no place for rows that are set aside. */
function noneReadable({ problems, cause }: InputError): InputError {
  return new InputError(
    problems.map((problem) => ({ ...problem, code: 'NO_RECORDS' })),
    { cause },
  );
}

function cellsOf(
  record: InputRecord,
  columns: RecordColumns,
  {
    file,
    row,
    takesNull = (column) => !namesParentKey(column),
    clearsWhenEmpty = () => false,
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
      cells[index] = placeholder(`${cells[index]} or ${text ?? nullText}`);
      return;
    }
    const isCleared = text === undefined ? takesNull(column) : text === '' && clearsWhenEmpty(column);
    cells[index] = isCleared ? nullText : (text ?? '');
  });
  return cells.map((cell) => cell ?? '');
}

/** Whether a column is a field of a parent: `Account.Ext__c`. Queries give null there for a parent without it, and for none. */
export function namesParentKey(column: string): boolean {
  return column.includes('.');
}

/** A line of CSV. A row of one empty value is quoted: a blank line is no record. */
export function rowText(cells: readonly string[]): string {
  if (cells.length === 1 && cells[0] === '') return '""\n';
  return `${cells.map((cell) => encodeCell(cell, ',')).join(',')}\n`;
}
