import type { ColumnDelimiter } from '../api/types.js';
import { cellText } from '../csv/cells.js';
import { CsvRecords } from './csv-records.js';

/** The first rows of a result, for people to look at, and how many there are in all. */
export type Table = {
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<readonly string[]>;
  readonly totalRows: number;
};

export type TableOptions = {
  readonly columns: readonly string[];
  readonly delimiter: ColumnDelimiter;
  /** How many rows to keep; default 200. All are counted. */
  readonly maxRows?: number;
};

/** Collects the first rows of query results that are pushed as CSV bytes, without their headers. */
export class TableCollector {
  readonly #columns: readonly string[];
  readonly #rows: string[][] = [];
  readonly #records: CsvRecords;

  constructor({ columns, delimiter, maxRows = 200 }: TableOptions) {
    this.#columns = columns;
    this.#records = new CsvRecords(columns.length, delimiter, (record) => {
      if (this.#rows.length < maxRows) this.#rows.push(columns.map((_, field) => cellText(record, field)));
    });
  }

  /** Takes bytes cut anywhere. Throws MalformedResultError. */
  push(chunk: Buffer): void {
    this.#records.push(chunk);
  }

  /** The page's last row is complete, even if its line ending was left out. */
  endPage(): void {
    this.#records.finish();
  }

  /** What was collected so far. */
  table(): Table {
    return { columns: this.#columns, rows: this.#rows, totalRows: this.#records.count };
  }
}
