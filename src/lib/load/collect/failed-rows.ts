import type { PartFile } from '../../files/part-file.js';
import { areSameColumns, cellsOf, headerLine, type Layout, type ResultSet } from '../model/result-sets.js';
import { matchRows, type MatchOptions, type PlaceOf } from './match-rows.js';
import { RecordReader, type VisitRecord } from '../../csv/record-reader.js';
import type { SourceLines, SourceRows } from './source-rows.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { encodeCell } from '../../csv/cells.js';
import { ByteSink } from '../../output/byte-sink.js';
import type { Place } from './place-index.js';
import { putBytes, putCells } from './put-cells.js';

/** Failed rows that are matched at once. More are matched group by group, in the same memory. */
const defaultGroupRows = 300_000;

/** Rows are put in the order of the input in runs of so many bytes: failures are few, or their order helps nobody. */
const sortedBytes = 8_000_000;

export type FailedRowsOptions = {
  readonly layout: Layout;
  /** Without it, the rows get no places. */
  readonly source: SourceRows | undefined;
  readonly keyColumn: string | undefined;
  readonly groupRows?: number;
};

/**
 * Puts failed rows at the end of their file, each with its place in the input, and with the cells that were uploaded where
 * that place is known: what a retry sends, and what a person fixes.
 */
export async function appendFailedRows(
  file: PartFile,
  set: ResultSet,
  options: FailedRowsOptions,
): Promise<void> {
  const { layout, groupRows = defaultGroupRows } = options;
  if (file.offset === 0) await file.write(headerLine('failed', layout));
  const reader = await rowsAfter(0, set);
  const writer = new FailedRowWriter(set, layout);
  using lines = linesOf(options);
  for (let done = 0; done < set.rows; done += groupRows) {
    const count = Math.min(groupRows, set.rows - done);
    const placeOf = await placesOf({ from: done, count }, set, options);
    let index = 0;
    await reader.read(
      count,
      (record) => {
        const place = placeOf(index++);
        writer.put(record, place, place?.line && lines?.read(place.line));
      },
      async () => {
        if (writer.bytes >= sortedBytes) await file.write(writer.take());
      },
    );
    await file.write(writer.take());
  }
}

/** Undefined where the rows were uploaded with other columns than the file has. */
function linesOf({ source, layout }: FailedRowsOptions): SourceLines | undefined {
  return source !== undefined && areSameColumns(source.columns, layout.columns)
    ? source.openLines?.()
    : undefined;
}

async function placesOf(
  { from, count }: { readonly from: number; readonly count: number },
  set: ResultSet,
  { source, keyColumn }: FailedRowsOptions,
): Promise<PlaceOf> {
  if (source === undefined) return () => undefined;
  const read = async (visit: VisitRecord): Promise<void> => {
    const reader = await rowsAfter(from, set);
    await reader.read(count, visit);
  };
  return matchRows({ count, read }, { source, ...sharedColumns(set, source, keyColumn) });
}

/** Reads a result set from its row numbered `from`, counted from 0. */
async function rowsAfter(from: number, set: ResultSet): Promise<RecordReader> {
  const reader = new RecordReader(set.read(), set.delimiter);
  await reader.read(1 + from, () => undefined);
  return reader;
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

const serviceCells = [0, 1];

/** Writes failed rows with their places. */
class FailedRowWriter {
  readonly #layout: Layout;
  readonly #cells: readonly number[];
  /** The row is written as the service has it, so that it can be taken in two pieces. */
  readonly #isAlike: boolean;
  readonly #newline: Buffer;
  readonly #out = new ByteSink();
  /** Where the rows in it end, and where they belong. */
  #rows: Array<{ readonly at: number; readonly end: number }> = [];
  #file: string | undefined;
  /** What stands between the error and the row number: the same for all rows of a file. */
  #beforeRow: Buffer;

  constructor(set: ResultSet, layout: Layout) {
    this.#layout = layout;
    this.#cells = cellsOf(set.header, layout.columns);
    this.#isAlike =
      set.delimiter === layout.delimiter &&
      areSameColumns(set.header.slice(serviceCells.length), layout.columns);
    this.#newline = Buffer.from(layout.newline);
    this.#beforeRow = this.#placeBefore(undefined);
  }

  /** @param line the row as it was uploaded: the service writes numbers and times anew */
  put(record: CsvRecord, place: Place | undefined, line?: Buffer): void {
    const { delimiter } = this.#layout;
    const out = this.#out;
    if (line !== undefined) {
      putCells(out, record, { cells: serviceCells, delimiter });
      this.#putPlace(place);
      out.append(line);
    } else if (this.#isAlike) {
      putBytes(out, record, { from: record.start, to: record.ends[1] ?? 0 });
      this.#putPlace(place);
      putBytes(out, record, { from: record.starts[2] ?? 0, to: record.end });
    } else {
      putCells(out, record, { cells: serviceCells, delimiter });
      this.#putPlace(place);
      putCells(out, record, { cells: this.#cells, delimiter });
    }
    out.append(this.#newline);
    this.#rows.push({ at: place?.line?.position ?? place?.row ?? Infinity, end: out.length });
  }

  /** How much has been written since the last time. */
  get bytes(): number {
    return this.#out.length;
  }

  /** Gives what has been written since the last time, in the order of the input; rows without a place come last. */
  take(): Buffer {
    const written = this.#out.take();
    const rows = this.#rows.map(({ at, end }, index) => ({
      at,
      bytes: written.subarray(this.#rows[index - 1]?.end ?? 0, end),
    }));
    this.#rows = [];
    // Not the difference: that of two rows without a place is no number.
    rows.sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)));
    return Buffer.concat(rows.map(({ bytes }) => bytes));
  }

  #putPlace(place: Place | undefined): void {
    if (place?.file !== this.#file) this.#beforeRow = this.#placeBefore(place?.file);
    this.#file = place?.file;
    this.#out.append(this.#beforeRow);
    const hasRow = place !== undefined && place.row > 0;
    this.#out.append(Buffer.from(`${hasRow ? place.row : ''}${this.#layout.delimiter}`, 'latin1'));
  }

  #placeBefore(file: string | undefined): Buffer {
    const { delimiter } = this.#layout;
    return Buffer.from(`${delimiter}${encodeCell(file ?? '', delimiter)}${delimiter}`);
  }
}
