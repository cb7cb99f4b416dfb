import type { PartFile } from '../../files/part-file.js';
import {
  areSameColumns,
  cellsOf,
  headerLine,
  resultSets,
  type Layout,
  type ResultSet,
} from '../model/result-sets.js';
import { matchRows, type MatchOptions, type PlaceOf } from './match-rows.js';
import { RecordReader, type VisitRecord } from '../../csv/record-reader.js';
import type { SourceRows } from './source-rows.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { ByteSink } from '../../output/byte-sink.js';
import { type Place, PlaceIndexes } from './place-index.js';
import { putBytes, putCells, type CellChoice } from '../../output/put-cells.js';
import { RowExtras } from './row-extras.js';

/** Rows that are matched at once. More are matched group by group, in the same memory. */
const defaultGroupRows = { failed: 300_000, all: 100_000 };

/** Rows are put in the order of the input in runs of so many bytes: failures are few, or their order helps nobody. */
const sortedBytes = 2_000_000;

export type PlacedRowsOptions = {
  readonly layout: Layout;
  /** Without it, the rows get no places. */
  readonly source: SourceRows | undefined;
  readonly keyColumn: string | undefined;
  /** Shared by all that is put into files, one after the other. */
  readonly indexes?: PlaceIndexes;
  readonly groupRows?: number;
};

/**
 * Puts rows at the end of their file, each with its place in the input, and with the cells that were uploaded where that
 * place is known: of failed ones, what a retry sends, and what a person fixes. Behind them come those of the input that were
 * not uploaded, where they were to be kept.
 */
export async function appendPlacedRows(
  file: PartFile,
  set: ResultSet,
  options: PlacedRowsOptions,
): Promise<void> {
  const { layout, indexes = new PlaceIndexes() } = options;
  const { groupRows = defaultGroupRows[layout.kept === undefined ? 'failed' : 'all'] } = options;
  if (file.offset === 0) await file.write(headerLine(set.name, layout));
  const reader = await rowsAfter(0, set);
  const writer = new PlacedRowWriter(set, layout);
  using opened = options.source?.openLines?.();
  const lines = isAsUploaded(options) ? opened : undefined;
  const extra = layout.kept === undefined ? undefined : opened;
  for (let done = 0; done < set.rows; done += groupRows) {
    const count = Math.min(groupRows, set.rows - done);
    const placeOf = await placesOf({ from: done, count }, set, { ...options, indexes });
    let index = 0;
    await reader.read(
      count,
      (record) => {
        const place = placeOf(index++);
        const line = place?.line;
        writer.put(record, place, line && lines?.read(line), line && extra?.kept(line));
      },
      async () => {
        if (writer.bytes >= sortedBytes) await file.write(writer.take());
      },
    );
    await file.write(writer.take());
  }
}

/** False where the rows were uploaded with other columns than the file has. */
function isAsUploaded({ source, layout }: PlacedRowsOptions): boolean {
  return source !== undefined && areSameColumns(source.columns, layout.columns);
}

async function placesOf(
  { from, count }: { readonly from: number; readonly count: number },
  set: ResultSet,
  { source, keyColumn, indexes }: PlacedRowsOptions & { readonly indexes: PlaceIndexes },
): Promise<PlaceOf> {
  if (source === undefined) return () => undefined;
  const read = async (visit: VisitRecord): Promise<void> => {
    const reader = await rowsAfter(from, set);
    await reader.read(count, visit);
  };
  return matchRows({ count, read }, { source, indexes, ...sharedColumns(set, source, keyColumn) });
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

/** Writes rows with their places. */
class PlacedRowWriter {
  readonly #choice: CellChoice;
  readonly #serviceChoice: CellChoice;
  readonly #extras: RowExtras;
  /** The row is written as the service has it, so that it can be taken in two pieces. */
  readonly #isAlike: boolean;
  readonly #newline: Buffer;
  readonly #out = new ByteSink();
  /** Where the rows in it belong, and where they end. */
  #places: number[] = [];
  #ends: number[] = [];

  constructor(set: ResultSet, layout: Layout) {
    const { delimiter } = layout;
    const serviceCells = resultSets[set.name].serviceColumns.map((_, index) => index);
    this.#serviceChoice = { cells: serviceCells, delimiter };
    this.#choice = { cells: cellsOf(set.header, layout.columns), delimiter };
    this.#isAlike =
      set.delimiter === layout.delimiter &&
      areSameColumns(set.header.slice(serviceCells.length), layout.columns);
    this.#newline = Buffer.from(layout.newline);
    this.#extras = new RowExtras(set.name, layout);
  }

  /**
   * @param line the row as it was uploaded: the service writes numbers and times anew
   * @param kept its cells that were not
   */
  put(record: CsvRecord, place: Place | undefined, line?: Buffer, kept?: Buffer): void {
    const out = this.#out;
    const { length } = this.#serviceChoice.cells;
    if (line !== undefined) {
      putCells(out, record, this.#serviceChoice);
      this.#extras.putPlace(out, place);
      out.append(line);
    } else if (this.#isAlike) {
      if (length > 0) putBytes(out, record, { from: record.start, to: record.ends[length - 1] ?? 0 });
      this.#extras.putPlace(out, place);
      putBytes(out, record, { from: record.starts[length] ?? 0, to: record.end });
    } else {
      putCells(out, record, this.#serviceChoice);
      this.#extras.putPlace(out, place);
      putCells(out, record, this.#choice);
    }
    this.#extras.putKept(out, kept);
    out.append(this.#newline);
    this.#places.push(place?.line?.position ?? place?.row ?? Infinity);
    this.#ends.push(out.length);
  }

  /** How much has been written since the last time. */
  get bytes(): number {
    return this.#out.length;
  }

  /** Gives what has been written since the last time, in the order of the input; rows without a place come last. */
  take(): Buffer {
    const written = this.#out.take();
    const [places, ends] = [this.#places, this.#ends];
    this.#places = [];
    this.#ends = [];
    if (places.every((place, index) => index === 0 || (places[index - 1] ?? 0) <= place)) return written;
    // Not the difference: that of two rows without a place is no number.
    const placeOf = (index: number): number => places[index] ?? Infinity;
    const order = Uint32Array.from(places.keys());
    order.sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : Number(placeOf(one) > placeOf(other))));
    const sorted = Buffer.allocUnsafeSlow(written.length);
    let at = 0;
    for (const index of order) at += written.copy(sorted, at, ends[index - 1] ?? 0, ends[index]);
    return sorted;
  }
}
