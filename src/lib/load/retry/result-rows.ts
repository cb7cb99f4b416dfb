import { cellBytes, cellText, isCellEmpty, recordTexts } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { InputProblem } from '../../errors.js';
import { ByteSink } from '../../output/byte-sink.js';
import { unreplacedCheck } from '../check/unreplaced.js';
import { cellsOf } from '../model/result-sets.js';
import { putCells, type CellChoice } from '../../output/put-cells.js';
import { isUnmatched, type IdsByKey, type KeyFault } from '../plan/ids-by-key.js';
import { placeReader, type SpoolPlace } from '../collect/places.js';
import { fileChunks } from '../../files/file-chunks.js';
import type { PlaceSet } from './place-set.js';

/** A file of rows that did not succeed: one of result files, as it is now. Its structure has been checked. */
export type ResultFile = {
  readonly kind: 'failed' | 'unprocessed';
  readonly path: string;
  readonly delimiter: string;
  /** Bytes before the header. */
  readonly headerStart?: number;
  /** What is behind so many bytes does not count; absent: all counts. */
  readonly bytes?: number;
  /** The cells that the load could not read, and that can't be sent yet; see `cellAt`. Absent: there are none. */
  readonly unread?: PlaceSet;
};

/** How rows of result files are written to be retried. */
export type RowForm = {
  readonly columns: readonly string[];
  /** In the file, where it is another one than what is sent: the record's id that is sent as `Id`. */
  readonly nameInFile?: ((column: string) => string) | undefined;
  readonly delimiter: string;
  /** Of each column, whether its empty cells are sent as `#N/A`. Default: none are. */
  readonly nulls?: readonly boolean[] | undefined;
  /** Columns that are not sent, and go on into the result files. */
  readonly kept?: readonly string[] | undefined;
  /** The column that rows are sorted by; -1 for none. */
  readonly parent: number;
  /**
   * Tells the ids of rows that are found by a key; absent where the ids are in the file. A person may have written that of a row
   * without a single record.
   */
  readonly ids?: Pick<IdsByKey, 'idOf' | 'faultOf'> | undefined;
  /** Also gives rows without values of which the file tells something; see `isToldRow`. Default: those are none. */
  readonly keepsValueless?: boolean | undefined;
  /** Checks the values of rows. Default: none are checked. */
  readonly check?: RowCheck | undefined;
};

/** Of a file with this header, tells what is wrong with the values of each row. */
export type RowCheck = (
  header: readonly string[],
  unread: PlaceSet | undefined,
) => (record: CsvRecord, row: number) => readonly InputProblem[];

/** A row to retry. Its bytes are valid during the call only. */
export type ResultRow = {
  /** In the delimiter that is sent, without its end. */
  readonly line: Buffer;
  readonly parent: Buffer;
  /** The cells that go on into the result files, as CSV; none where there are no such columns. */
  readonly kept: Buffer;
  readonly place: SpoolPlace;
  /** Its number in the file, from 1. */
  readonly number: number;
  /** Of the file that it is in. */
  readonly kind: ResultFile['kind'];
  /** Its `sf__Error`; empty for a row that was not processed. */
  readonly error: string;
  /** No single record has its key, so that it can't be sent. */
  readonly fault?: KeyFault | undefined;
  /** What is wrong with its values; what the load could not write is told also where they weren't checked. */
  readonly problems: readonly InputProblem[];
  /** Whether any of its cells that would be sent has a value. */
  readonly hasValues: boolean;
};

/**
 * Reads the rows of a result file one by one, in constant memory. Columns are found by their names, wherever they are; one
 * that is not there is empty.
 * @param pause awaited now and then, for what the visitor has gathered
 */
export async function readResultRows(
  { kind, path, delimiter, headerStart = 0, bytes = Number.POSITIVE_INFINITY, unread }: ResultFile,
  { columns, nameInFile = (name) => name, ...form }: RowForm,
  visit: (row: ResultRow) => void,
  pause: () => Promise<void>,
): Promise<void> {
  const reader = new RecordReader(fileChunks(path, { start: headerStart, end: bytes }), delimiter);
  let header: readonly string[] = [];
  await reader.read(1, (record) => {
    header = recordTexts(record);
  });
  const [error = -1] = cellsOf(header, ['sf__Error']);
  const { placeOf } = placeReader(header);
  const cells = cellsOf(header, columns.map(nameInFile));
  const parent = cells[form.parent] ?? -1;
  const keptCells = cellsOf(header, form.kept ?? []);
  const { ids, keepsValueless = false } = form;
  const isTold = isToldRow(header);
  const problemsOf = form.check?.(header, unread);
  const unreplaced = unreplacedCheck(header, cells);
  const idAt = ids === undefined ? -1 : columns.findIndex((name) => name.toLowerCase() === 'id');
  const idCell = cells[idAt] ?? -1;
  const [givenCell = -1] = ids === undefined ? [] : cellsOf(header, ['Id']);
  const out = new ByteSink();
  const kept = new ByteSink();
  let number = 0;
  await reader.read(
    Number.POSITIVE_INFINITY,
    (record) => {
      number += 1;
      const hasValues = !isEmpty(record, cells);
      if (!hasValues && !(keepsValueless && isTold(record))) return;
      out.length = 0;
      const key = idCell < 0 ? '' : cellText(record, idCell);
      const errorText = error < 0 ? '' : cellText(record, error);
      // Of a row that was sent, the column has the id that its key had then.
      const given = givenCell < 0 || !isUnmatched(errorText) ? '' : cellText(record, givenCell).trim();
      const id = given === '' ? ids?.idOf(key) : given;
      const choice = { cells, delimiter: form.delimiter, nulls: form.nulls };
      if (ids === undefined) putCells(out, record, choice);
      else putWithId(out, record, { ...choice, idAt, id: id ?? '' });
      const left = hasValues ? unreplaced(record, number) : [];
      const problems = hasValues && left.length === 0 ? (problemsOf?.(record, number) ?? []) : left;
      kept.length = 0;
      putCells(kept, record, { cells: keptCells, delimiter: form.delimiter });
      visit({
        kind,
        number,
        line: out.bytes.subarray(0, out.length),
        kept: kept.bytes.subarray(0, kept.length),
        parent: parent < 0 ? noBytes : cellBytes(record, parent),
        place: placeOf(record),
        error: errorText,
        fault: given === '' ? ids?.faultOf(key) : undefined,
        problems,
        hasValues,
      });
    },
    pause,
  );
}

/** Puts cells side by side, and an id in the place of one of them. */
function putWithId(
  out: ByteSink,
  record: CsvRecord,
  { cells, delimiter, nulls, idAt, id }: CellChoice & { readonly idAt: number; readonly id: string },
): void {
  const part = (from: number, to?: number): CellChoice => ({
    cells: cells.slice(from, to),
    delimiter,
    nulls: nulls?.slice(from, to),
  });
  putCells(out, record, part(0, idAt));
  if (idAt > 0) out.append(Buffer.from(delimiter));
  out.append(Buffer.from(id));
  const after = part(idAt + 1);
  if (after.cells.length > 0) out.append(Buffer.from(delimiter));
  putCells(out, record, after);
}

/** Whether all cells that would be sent are empty: such a record is no row, here as in any input. */
export function isEmpty(record: CsvRecord, cells: readonly number[]): boolean {
  return cells.every((cell) => cell < 0 || isCellEmpty(record, cell));
}

/** Whether a result file tells of a record why it has failed, or where it is from: one without values is a row of the load then. */
export function isToldRow(header: readonly string[]): (record: CsvRecord) => boolean {
  const told = cellsOf(header, ['sf__Error', 'source__Row']);
  return (record) => !isEmpty(record, told);
}

const noBytes = Buffer.alloc(0);
