import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { addCanonically } from './canonical-cell.js';
import { canonicalValue } from './canonical-value.js';
import { Fingerprint } from './fingerprint.js';
import { PlaceIndex, type Place } from './place-index.js';
import type { SourceRows } from './source-rows.js';

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
      const byKey = hasKey ? this.#byKey?.classOf(this.#key) : undefined;
      if (hasKey && byKey === undefined) return;
      const place = { file, row };
      if (byKey !== undefined) this.#note(this.#byKey, byKey, { record, place });
      const byContent = this.#byContent.classOf(this.#readContent(record, 'source'));
      if (byContent !== undefined) this.#note(this.#byContent, byContent, { record, place });
    });
  }

  placeOf(index: number): Place | undefined {
    return this.#byKey?.placeOf(index) ?? this.#byContent.placeOf(index);
  }

  #note(index: PlaceIndex | undefined, found: number, { record, place }: SourceRow): void {
    const isShared = index?.isShared(found) === true;
    index?.note(found, place, isShared ? this.#readExactly(record).low : 0);
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

type SourceRow = { readonly record: CsvRecord; readonly place: Place };
