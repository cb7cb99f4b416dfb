import type { SentKey } from '../model/result-finding.js';
import { cellText } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { KeyReader } from '../keys/key-sum.js';
import { cellsOf, type ResultSet } from '../model/result-sets.js';
import type { SourceRows } from './source-rows.js';

/** Why the keys in the results of a job are not those that were sent, with some examples of each kind. */
export type KeyDifference = {
  /** Sent keys that came back more often than they were sent, while others never came: results of other rows. */
  readonly doubled: readonly SentKey[];
  /** Sent keys that came back less often than they were sent. */
  readonly missing: readonly SentKey[];
  /** Keys that came back and were not sent: the service wrote them in a way of its own. */
  readonly rewritten: readonly string[];
};

type KeyComparison = {
  readonly keyName: string;
  /** Rows that were sent. */
  readonly rows: number;
  readonly source: SourceRows;
  readonly sets: readonly ResultSet[];
  /** Rows that are compared at once. More are compared group by group, in the same memory. Default 500,000. */
  readonly groupRows?: number;
};

const mostExamples = 5;

/**
 * Looks again at the keys of a job whose checksum is not that of the keys that were sent, and says why. Takes as long as
 * reading the job's rows and results once for each half million rows, and once more for the examples.
 * @returns undefined when the source no longer has the rows
 */
export async function keyDifference(comparison: KeyComparison): Promise<KeyDifference | undefined> {
  const { rows, source, groupRows = 500_000 } = comparison;
  if ((await rowsIn(source)) !== rows) return undefined;
  const groups = Math.max(1, Math.ceil(rows / groupRows));
  const found = { doubled: new Wanted(), missing: new Wanted(), rewritten: new Wanted() };
  for (let group = 0; group < groups; group++) {
    for (const key of await differingKeys(comparison, group, groups)) {
      if (key.returned < key.sent) found.missing.add(key);
      else (key.sent > 0 ? found.doubled : found.rewritten).add(key);
    }
  }
  return nameKeys(comparison, found);
}

async function rowsIn(source: SourceRows): Promise<number> {
  let rows = 0;
  await source.scan(() => (rows += 1));
  return rows;
}

/** @param group of the hashes, of so many */
async function differingKeys(comparison: KeyComparison, group: number, groups: number): Promise<KeyCount[]> {
  const key = new KeyReader(comparison.keyName);
  // Hashes fall into the groups evenly, give or take a few.
  const capacity = Math.ceil((comparison.rows / groups) * 2.2) + 1_000;
  const table = new KeyTable(capacity);
  const isOfGroup = (record: CsvRecord, cell: number): boolean =>
    key.read(record, cell) && key.high % groups === group;
  await eachSent(comparison, (record, cell) => {
    if (isOfGroup(record, cell)) table.addSent(key.high, key.low);
  });
  await eachReturned(comparison, (record, cell) => {
    if (isOfGroup(record, cell)) table.addReturned(key.high, key.low);
  });
  return [...table.differing()];
}

type Found = { readonly [Kind in keyof KeyDifference]: Wanted };

/** The texts of the keys that were picked as examples, and where they were sent. */
async function nameKeys(comparison: KeyComparison, found: Found): Promise<KeyDifference> {
  const key = new KeyReader(comparison.keyName);
  const doubled: SentKey[] = [];
  const missing: SentKey[] = [];
  const rewritten: string[] = [];
  await eachSent(comparison, (record, cell, place) => {
    if (!key.read(record, cell)) return;
    const sent = (): SentKey => ({ key: cellText(record, cell), ...place() });
    if (found.doubled.take(key)) doubled.push(sent());
    else if (found.missing.take(key)) missing.push(sent());
  });
  await eachReturned(comparison, (record, cell) => {
    if (key.read(record, cell) && found.rewritten.take(key)) rewritten.push(cellText(record, cell));
  });
  return { doubled, missing, rewritten };
}

/** Keys of which a text is wanted, by their hashes. */
class Wanted {
  readonly #hashes = new Set<string>();

  add({ high, low }: { readonly high: number; readonly low: number }): void {
    if (this.#hashes.size < mostExamples) this.#hashes.add(`${high} ${low}`);
  }

  take({ high, low }: { readonly high: number; readonly low: number }): boolean {
    return this.#hashes.size > 0 && this.#hashes.delete(`${high} ${low}`);
  }
}

type VisitSent = (record: CsvRecord, cell: number, place: () => { file: string; row: number }) => void;

async function eachSent({ source, keyName }: KeyComparison, visit: VisitSent): Promise<void> {
  const [cell = -1] = cellsOf(source.columns, [keyName]);
  await source.scan((record, file, row) => visit(record, cell, () => ({ file, row })));
}

async function eachReturned(
  { sets, keyName }: KeyComparison,
  visit: (record: CsvRecord, cell: number) => void,
): Promise<void> {
  for (const set of sets) {
    const [cell = -1] = cellsOf(set.header, [keyName]);
    const reader = new RecordReader(set.read(), set.delimiter);
    await reader.read(1, () => undefined);
    await reader.read(Infinity, (record) => visit(record, cell));
  }
}

/** How often a key was sent and returned. */
type KeyCount = {
  readonly high: number;
  readonly low: number;
  readonly sent: number;
  readonly returned: number;
};

/** Counts keys by their 64-bit hashes, in typed arrays of a fixed size: 16 bytes a key, and a table of as much again. */
class KeyTable {
  /** Open addressing; an entry is a key's number plus one. */
  readonly #table: Int32Array;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #sent: Uint32Array;
  readonly #returned: Uint32Array;
  #keys = 0;

  /** @param capacity the most different keys */
  constructor(capacity: number) {
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2 + 2)));
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#sent = new Uint32Array(capacity);
    this.#returned = new Uint32Array(capacity);
  }

  addSent(high: number, low: number): void {
    const key = this.#keyOf(high, low);
    this.#sent[key] = (this.#sent[key] ?? 0) + 1;
  }

  addReturned(high: number, low: number): void {
    const key = this.#keyOf(high, low);
    this.#returned[key] = (this.#returned[key] ?? 0) + 1;
  }

  /** The keys that were not returned as often as they were sent. */
  *differing(): Generator<KeyCount> {
    for (let key = 0; key < this.#keys; key++) {
      const sent = this.#sent[key] ?? 0;
      const returned = this.#returned[key] ?? 0;
      if (sent !== returned) yield { high: this.#high[key] ?? 0, low: this.#low[key] ?? 0, sent, returned };
    }
  }

  #keyOf(high: number, low: number): number {
    const mask = this.#table.length - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const key = (this.#table[at] ?? 0) - 1;
      if (key < 0) return this.#addKey(at, high, low);
      if (this.#low[key] === low && this.#high[key] === high) return key;
    }
  }

  #addKey(at: number, high: number, low: number): number {
    const key = this.#keys++;
    this.#table[at] = key + 1;
    this.#high[key] = high;
    this.#low[key] = low;
    return key;
  }
}
