import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { encodeCell } from '../../csv/cells.js';
import { ByteSink } from '../../output/byte-sink.js';
import { areSameColumns, cellsOf, type Layout, type ResultSet } from '../model/result-sets.js';
import type { Place } from './place-index.js';
import { putBytes, putCells } from './put-cells.js';

const serviceCells = [0, 1];

/** Writes failed rows with their places. */
export class FailedRowWriter {
  readonly #layout: Layout;
  readonly #cells: readonly number[];
  /** The row is written as the service has it, so that it can be taken in two pieces. */
  readonly #isAlike: boolean;
  readonly #newline: Buffer;
  readonly #out = new ByteSink();
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
  }

  /** Gives what has been written since the last time. */
  take(): Buffer {
    return this.#out.take();
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
