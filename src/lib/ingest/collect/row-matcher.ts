import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { canonicalValue } from './canonical-value.js';
import { cellText } from './cell-text.js';
import { Fingerprint } from './fingerprint.js';
import { PlaceIndex, type Place } from './place-index.js';
import type { SourceRows } from './source-rows.js';

const QUOTE = 0x22;

/** A column that results and source have in common, by the index of its cell in each. */
export type SharedColumn = { readonly result: number; readonly source: number };

export type MatchColumns = {
  readonly content: readonly SharedColumn[];
  /** A column that tells rows apart, when there is one; `isId` for record ids, whose case counts. */
  readonly key: (SharedColumn & { readonly isId: boolean }) | undefined;
};

/**
 * Finds failed rows in the source: by their key where it is theirs alone, else by their content, never by position
 * (Bulk API guide: the order of results is not the order of the upload). Values are compared in the form that they
 * have before and after the service has rewritten them.
 */
export class RowMatcher {
  readonly #columns: MatchColumns;
  readonly #byContent: PlaceIndex;
  readonly #byKey: PlaceIndex | undefined;
  readonly #content = new Fingerprint();
  readonly #key = new Fingerprint();
  readonly #exact = new Fingerprint();
  #count = 0;

  /** @param capacity how many failed rows can be added; about 100 bytes are taken for each */
  constructor(capacity: number, columns: MatchColumns) {
    this.#columns = columns;
    this.#byContent = new PlaceIndex(capacity);
    this.#byKey = columns.key === undefined ? undefined : new PlaceIndex(capacity);
  }

  /** Adds a row of the results; it is known by its number from then on, counted from 0. */
  addFailed(record: CsvRecord): void {
    const index = this.#count++;
    const { key } = this.#columns;
    if (key !== undefined && this.#readKey(record, key.result)) this.#byKey?.add(index, this.#key);
    this.#byContent.add(index, this.#readContent(record, 'result'));
  }

  /** Reads the source once and takes note of the rows that were added. */
  async locate(source: SourceRows): Promise<void> {
    const { key } = this.#columns;
    await source.scan((record, file, row) => {
      const hasKey = key !== undefined && this.#readKey(record, key.source);
      if (hasKey && this.#byKey?.has(this.#key) !== true) return;
      const content = this.#readContent(record, 'source');
      const likeness = this.#readExactly(record).low;
      this.#byContent.note(content, { file, row, likeness });
      if (hasKey) this.#byKey?.note(this.#key, { file, row, likeness });
    });
  }

  placeOf(index: number): Place | undefined {
    return this.#byKey?.placeOf(index) ?? this.#byContent.placeOf(index);
  }

  /** @returns false when the row has no key */
  #readKey(record: CsvRecord, cell: number): boolean {
    const text = cellText(record, cell);
    const isId = this.#columns.key?.isId === true;
    const value = isId ? text.slice(0, 15) : canonicalValue(text).toLowerCase();
    this.#key.reset().addText(value);
    return value !== '';
  }

  #readContent(record: CsvRecord, side: keyof SharedColumn): Fingerprint {
    const content = this.#content.reset();
    for (const column of this.#columns.content) addCanonically(content, record, column[side]);
    return content;
  }

  #readExactly(record: CsvRecord): Fingerprint {
    const exact = this.#exact.reset();
    for (const { source } of this.#columns.content) {
      exact.addCell(record.bytes, record.starts[source] ?? 0, record.ends[source] ?? 0);
    }
    return exact;
  }
}

/** Longest text that can be more than text: a datetime with all its digits and an offset. */
const longestTypedValue = 40;

function addCanonically(hash: Fingerprint, record: CsvRecord, cell: number): void {
  const { bytes } = record;
  if (cell >= record.count) {
    hash.addText('');
    return;
  }
  const start = record.starts[cell] ?? 0;
  const end = record.ends[cell] ?? 0;
  const isQuoted = bytes[start] === QUOTE;
  const from = isQuoted ? start + 1 : start;
  const to = isQuoted ? end - 1 : end;
  const text =
    to - from <= longestTypedValue && mayBeTyped(bytes[from] ?? 0, to - from)
      ? bytes.toString('latin1', from, to)
      : undefined;
  const canonical = text === undefined ? undefined : canonicalValue(text);
  if (canonical === text) hash.addCell(bytes, start, end);
  else hash.addText(canonical ?? '');
}

/** Spares most texts a closer look: all but ids begin with a digit, a sign, `#`, or a letter of true and false. */
function mayBeTyped(first: number, byteCount: number): boolean {
  if (byteCount === 18 || first <= 0x39) return true;
  const letter = first | 0x20;
  return byteCount <= 5 && (letter === 0x74 || letter === 0x66);
}
