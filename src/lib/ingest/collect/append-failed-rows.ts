import type { PartFile } from '../../files/part-file.js';
import { ByteSink } from '../../formats/byte-sink.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { cellsOf, putBytes, putCells, type Dialect } from './append-rows.js';
import { quotedCell, toCell } from './written-cell.js';
import type { ErrorGroups } from './error-groups.js';
import { placeColumns, sampleOf } from './failed-sample.js';
import type { Place } from './place-index.js';
import { RecordReader, type VisitRecord } from './record-reader.js';
import type { ResultSet } from './result-set.js';
import { cellText } from '../../csv/cells.js';
import { matchRows, type MatchOptions, type PlaceOf } from './match-rows.js';
import type { SourceRows } from './source-rows.js';

/** Failed rows that are matched at once. More are matched group by group, in the same memory. */
const defaultGroupRows = 500_000;

export type FailedRowsOptions = {
  readonly columns: readonly string[];
  readonly dialect: Dialect;
  readonly source: SourceRows | undefined;
  readonly keyColumn: string | undefined;
  readonly errors: ErrorGroups;
  readonly groupRows?: number;
};

/** Puts failed rows at the end of their file, each with its place in the input, and counts their errors. */
export async function appendFailedRows(
  file: PartFile,
  set: ResultSet,
  options: FailedRowsOptions,
): Promise<void> {
  const { columns, dialect, groupRows = defaultGroupRows } = options;
  if (file.offset === 0) await file.write(failedHeaderLine(columns, dialect));
  const reader = await rowsAfter(0, { set, dialect });
  const writer = new FailedRowWriter(set, options);
  for (let done = 0; done < set.rows; done += groupRows) {
    const count = Math.min(groupRows, set.rows - done);
    const placeOf = await placesOf({ from: done, count }, { set, options });
    let index = 0;
    await reader.read(
      count,
      (record) => writer.put(record, placeOf(index++)),
      () => file.write(writer.take()),
    );
  }
}

async function placesOf(
  { from, count }: { readonly from: number; readonly count: number },
  { set, options }: { readonly set: ResultSet; readonly options: FailedRowsOptions },
): Promise<PlaceOf> {
  const { source, keyColumn, dialect } = options;
  if (source === undefined) return () => undefined;
  const read = async (visit: VisitRecord): Promise<void> => {
    const reader = await rowsAfter(from, { set, dialect });
    await reader.read(count, visit);
  };
  return matchRows({ count, read }, { source, ...sharedColumns(set, source, keyColumn) });
}

/** Reads a result set from its row numbered `from`, counted from 0. */
async function rowsAfter(
  from: number,
  { set, dialect }: { readonly set: ResultSet; readonly dialect: Dialect },
): Promise<RecordReader> {
  const reader = new RecordReader(set.read(), dialect.delimiter);
  await reader.read(1 + from, () => undefined);
  return reader;
}

export function failedHeaderLine(columns: readonly string[], { delimiter, newline }: Dialect): Buffer {
  const own = columns.map((column) => toCell(column, delimiter));
  return Buffer.from(
    [...['sf__Id', 'sf__Error', ...placeColumns].map(quotedCell), ...own].join(delimiter) + newline,
  );
}

class FailedRowWriter {
  readonly #options: FailedRowsOptions;
  readonly #out = new ByteSink();
  readonly #cells: readonly number[];
  /** The row's own columns are all there and in place, so that they can be taken in one piece. */
  readonly #inOrder: boolean;
  readonly #newline: Buffer;
  #file: string | undefined;
  /** What stands between the error and the row number; the same for all rows of a file. */
  #beforeRow: Buffer;

  constructor(set: ResultSet, options: FailedRowsOptions) {
    this.#options = options;
    this.#cells = cellsOf(set.header, options.columns);
    this.#inOrder =
      set.header.length === this.#cells.length + 2 && this.#cells.every((cell, index) => cell === index + 2);
    this.#newline = Buffer.from(options.dialect.newline);
    this.#beforeRow = Buffer.from(options.dialect.delimiter.repeat(2));
  }

  put(record: CsvRecord, place: Place | undefined): void {
    const { columns, errors } = this.#options;
    const out = this.#out;
    putBytes(out, record, { from: record.start, to: record.ends[1] ?? 0 });
    this.#putPlace(place);
    if (this.#inOrder) putBytes(out, record, { from: record.starts[2] ?? 0, to: record.end });
    else putCells(out, record, { cells: this.#cells, delimiter: this.#options.dialect.delimiter });
    out.append(this.#newline);
    errors.add(cellText(record, 1), () => sampleOf(record, { columns, cells: this.#cells, place }));
  }

  take(): Buffer {
    return this.#out.take();
  }

  #putPlace(place: Place | undefined): void {
    const { delimiter } = this.#options.dialect;
    if (place?.file !== this.#file) {
      this.#file = place?.file;
      this.#beforeRow = Buffer.from(`${delimiter}${toCell(this.#file ?? '', delimiter)}${delimiter}`);
    }
    this.#out.append(this.#beforeRow);
    this.#out.append(Buffer.from(`${place?.row ?? ''}${delimiter}`, 'latin1'));
  }
}

function sharedColumns(
  set: ResultSet,
  source: SourceRows,
  keyColumn: string | undefined,
): Pick<MatchOptions, 'content' | 'key'> {
  const inResult = cellsOf(set.header, source.columns);
  const content = inResult.flatMap((result, index) => (result < 0 ? [] : [{ result, source: index }]));
  if (keyColumn === undefined) return { content, key: undefined };
  const [keyCell] = cellsOf(source.columns, [keyColumn]);
  const key = content.find((column) => column.source === keyCell);
  return { content, key: key && { ...key, isId: keyColumn.toLowerCase() === 'id' } };
}
