import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { addCanonically } from './canonical-cell.js';
import { canonicalValue } from '../keys/canonical.js';
import { Fingerprint } from './fingerprint.js';

/** A column that results and source have in common, by the index of its cell in each. */
export type SharedColumn = { readonly result: number; readonly source: number };

export type KeyColumn = SharedColumn & {
  /** Record ids: their case counts, and they have 15 or 18 characters. Other keys are the same in any case. */
  readonly isId: boolean;
};

export type Side = keyof SharedColumn;

/** Hashes the key of a row, so that it comes out the same for the results and the source. */
export class KeyHash extends Fingerprint {
  readonly #column: KeyColumn;

  constructor(column: KeyColumn) {
    super();
    this.#column = column;
  }

  /** @returns false when the row has no key */
  read(record: CsvRecord, side: Side): boolean {
    const text = cellText(record, this.#column[side]);
    const value = this.#column.isId ? text.slice(0, 15) : canonicalValue(text).toLowerCase();
    this.reset().addText(value);
    return value !== '';
  }
}

/** Hashes all that results and source have in common of a row. */
export class ContentHash extends Fingerprint {
  readonly #columns: readonly SharedColumn[];

  constructor(columns: readonly SharedColumn[]) {
    super();
    this.#columns = columns;
  }

  read(record: CsvRecord, side: Side): this {
    this.reset();
    for (const column of this.#columns) addCanonically(this, record, column[side]);
    return this;
  }

  /** Takes the values as they are written: what is alike in this way is the same row to anybody. */
  readExactly(record: CsvRecord, side: Side): this {
    this.reset();
    for (const column of this.#columns) {
      const cell = column[side];
      this.addCell(record.bytes, record.starts[cell] ?? 0, record.ends[cell] ?? 0);
    }
    return this;
  }
}
