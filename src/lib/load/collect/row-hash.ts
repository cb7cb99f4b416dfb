import { QUOTE } from '../../csv/bytes.js';
import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { canonicalValue, looksTyped } from '../keys/canonical.js';
import { Fingerprint } from './fingerprint.js';

/** A column that results and source have in common, by the index of its cell in each. */
export type SharedColumn = { readonly result: number; readonly source: number };

export type KeyColumn = SharedColumn & {
  /** Record ids: their case counts, and they have 15 or 18 characters. Other keys are the same in any case. */
  readonly isId: boolean;
};

type Side = keyof SharedColumn;

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

/** Hashes the cells of rows that are all of one header; -1 is none. */
export function contentOf(cells: readonly number[]): ContentHash {
  return new ContentHash(cells.filter((cell) => cell >= 0).map((cell) => ({ result: cell, source: cell })));
}

const HASH_SIGN = 0x23;
const NINE = 0x39;

/** Longest text that can be more than text: a datetime with all its digits and an offset. */
const longestTypedValue = 40;
const idLength = 18;

/** Adds a cell to a hash, in the form that it has before and after the service has rewritten it. */
export function addCanonically(hash: Fingerprint, record: CsvRecord, cell: number): void {
  if (cell >= record.count) {
    hash.addText('');
    return;
  }
  const { bytes } = record;
  const start = record.starts[cell] ?? 0;
  const end = record.ends[cell] ?? 0;
  const isQuoted = end - start > 1 && bytes[start] === QUOTE;
  const from = isQuoted ? start + 1 : start;
  const to = isQuoted ? end - 1 : end;
  if (mayBeTyped(bytes, from, to)) hash.addText(canonicalValue(bytes.toString('latin1', from, to)));
  else hash.addCell(bytes, start, end);
}

/** Spares most texts a closer look. What it lets through is ASCII, or too odd to be changed by `canonicalValue`. */
function mayBeTyped(bytes: Buffer, from: number, to: number): boolean {
  const length = to - from;
  if (length === 0 || length > longestTypedValue) return false;
  if (length === idLength) return isAscii(bytes, from, to);
  const first = bytes[from] ?? 0;
  if (first > NINE) return length <= 5 && isAscii(bytes, from, to);
  if (first === HASH_SIGN) return isAscii(bytes, from, to);
  return looksTyped(bytes, from, to);
}

/** Also false for what only quotes could hold, so that the text is the value. */
function isAscii(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80 || byte === QUOTE || byte < 0x20) return false;
  }
  return true;
}
