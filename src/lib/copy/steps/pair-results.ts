import { cellText } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { keyText, type KeyKind } from '../../load/check/key.js';
import { cellsOf } from '../../load/model/result-sets.js';
import { Fingerprint } from '../../load/collect/fingerprint.js';
import { ContentHash, type SharedColumn } from '../../load/collect/row-hash.js';
import type { IdMapWriter } from '../../files/id-map.js';
import { markOf, sentMarks } from '../model/copy-maps.js';
import { readColumns, readSentRows, type SentRows } from './sent-rows.js';
import { UnpairedResultsError } from '../model/errors.js';
import { idWords, writeIdIn } from '../../csv/record-id.js';
import { compareKeys, RecordSorter } from '../../files/record-sorter.js';
import { RecordGroups } from '../../files/record-groups.js';
import { fileChunks } from '../../files/file-chunks.js';

export type PairSetup = SentRows & {
  readonly object: string;
  /** Absent when no row succeeded. */
  readonly successPath: string | null;
  /** A column that tells rows apart. Without one, rows are told apart by all of their values. */
  readonly key?: { readonly field: string; readonly kind: KeyKind };
  /** What became of rows that are known not to have succeeded, by row: an index of `sentMarks`, 0 where it is not known. */
  readonly marks?: Uint8Array;
  /** Of temporary files. */
  readonly tempPath: string;
};

/** A row's hash, the hash of its values as they are written, an id, and what is known of it. */
const shape = { words: 4 + idWords + 1, keyWords: 2 };
const idAt = 4;
const markAt = idAt + idWords;

/**
 * Finds for each row that succeeded the record of the source that it was made of, and puts both ids into a map; rows that
 * did not succeed get no id. Results come in any order, and in other words than they were sent in, so rows and results
 * are sorted by the hash of what they have in common, in constant memory. Rows that are alike in every value can stand
 * for each other; those that are known to have failed get an id last.
 *
 * @returns how many rows were paired
 * @throws UnpairedResultsError a result is of no row, or of one that can't be told from another
 */
export async function pairResults(setup: PairSetup, map: IdMapWriter): Promise<number> {
  const { successPath, tempPath } = setup;
  const rows = new RecordSorter({ path: `${tempPath}.rows`, ...shape });
  const results = new RecordSorter({ path: `${tempPath}.results`, ...shape });
  try {
    const columns = await readColumns(setup.rowsPath);
    const resultColumns = successPath === null ? [] : await readColumns(successPath);
    const hasher = new RowHasher(setup, columns, resultColumns);
    let row = 0;
    await readSentRows(setup, (record, id) => {
      const words = hasher.read(record, 'source', id);
      words[markAt] = setup.marks?.[row++] ?? 0;
      rows.add(words);
    });
    const sortedRows = rows.sorted();
    if (successPath !== null) {
      const idCell = resultColumns.indexOf('sf__Id');
      const id = new Uint32Array(idWords);
      await scan(successPath, (record) => {
        if (!writeIdIn(record, idCell, id)) throw unpaired(setup, 'a result has no id');
        results.add(hasher.read(record, 'result', id));
      });
    }
    return merge(sortedRows, results.sorted(), { setup, map });
  } finally {
    rows.close();
    results.close();
  }
}

class RowHasher {
  readonly #content: ContentHash;
  readonly #key: (SharedColumn & { readonly kind: KeyKind }) | undefined;
  readonly #keyHash = new Fingerprint();
  readonly #record = new Uint32Array(shape.words);

  constructor({ key }: PairSetup, columns: readonly string[], resultColumns: readonly string[]) {
    const inResult = cellsOf(resultColumns, columns);
    const shared = inResult.flatMap((result, source) =>
      result < 0 && resultColumns.length > 0 ? [] : [{ result, source }],
    );
    const at =
      key === undefined ? -1 : columns.findIndex((name) => name.toLowerCase() === key.field.toLowerCase());
    this.#key = key && { result: inResult[at] ?? -1, source: at, kind: key.kind };
    this.#content = new ContentHash(shared);
  }

  /** @returns numbers that are valid until the next call */
  read(record: CsvRecord, side: keyof SharedColumn, id: Uint32Array): Uint32Array {
    const words = this.#record;
    if (this.#key === undefined) {
      const { low, high } = this.#content.read(record, side);
      words[0] = high;
      words[1] = low;
      const exact = this.#content.readExactly(record, side);
      words[2] = exact.high;
      words[3] = exact.low;
    } else {
      const hash = this.#keyHash.reset().addText(keyText(cellText(record, this.#key[side]), this.#key.kind));
      words[0] = hash.high;
      words[1] = hash.low;
    }
    for (let word = 0; word < idWords; word++) words[idAt + word] = id[word] ?? 0;
    return words;
  }
}

type Merging = { readonly setup: PairSetup; readonly map: IdMapWriter };

/** Both sides are sorted by the hash of the rows. */
function merge(rows: Iterable<Uint32Array>, results: Iterable<Uint32Array>, { setup, map }: Merging): number {
  const rowGroups = new RecordGroups(rows, shape);
  const resultGroups = new RecordGroups(results, shape);
  let paired = 0;
  let result = resultGroups.next();
  for (const group of rowGroups) {
    const order = result === undefined ? 1 : compareKeys(result, group, shape.keyWords);
    if (order < 0) throw unpaired(setup, 'a result is of no row that was sent');
    if (order > 0) addAll(group, map);
    else if (result !== undefined) {
      paired += pairGroup(group, result, { setup, map });
      result = resultGroups.next();
    }
  }
  if (result !== undefined) throw unpaired(setup, 'a result is of no row that was sent');
  return paired;
}

/** Pairs rows and results of one hash. @returns how many */
function pairGroup(rows: Uint32Array, results: Uint32Array, { setup, map }: Merging): number {
  const { words } = shape;
  const count = results.length / words;
  if (count === 1 && rows.length === words) {
    map.add(rows, results, idAt, idAt);
    return 1;
  }
  if (count > rows.length / words) throw unpaired(setup, 'there are more results than rows');
  const order = failedLast(rows);
  const isTaken = new Uint8Array(order.length);
  const areAlike = isUniform(rows);
  for (let at = 0; at < results.length; at += words) {
    const result = results.subarray(at, at + words);
    const row = areAlike
      ? order[at / words]
      : order.find((each) => isTaken[each] === 0 && isExact(rows, each, result));
    if (row === undefined) throw unpaired(setup, 'rows with different values come back alike');
    isTaken[row] = 1;
    map.add(rows, results, row * words + idAt, at + idAt);
  }
  for (const row of order) if (isTaken[row] === 0) addUnsuccessful(rows, row, map);
  return count;
}

/** The numbers of the rows, those that are known not to have succeeded behind the others. */
function failedLast(rows: Uint32Array): number[] {
  const numbers = Array.from({ length: rows.length / shape.words }, (_, row) => row);
  const isOpen = (row: number): boolean => markIn(rows, row) === 0;
  return [...numbers.filter(isOpen), ...numbers.filter((row) => !isOpen(row))];
}

function isExact(rows: Uint32Array, row: number, result: Uint32Array): boolean {
  const at = row * shape.words;
  return rows[at + 2] === result[2] && rows[at + 3] === result[3];
}

/** Whether all rows have the same values, as they are written. */
function isUniform(rows: Uint32Array): boolean {
  for (let at = shape.words; at < rows.length; at += shape.words) {
    if (rows[at + 2] !== rows[2] || rows[at + 3] !== rows[3]) return false;
  }
  return true;
}

function addAll(rows: Uint32Array, map: IdMapWriter): void {
  for (let row = 0; row * shape.words < rows.length; row++) addUnsuccessful(rows, row, map);
}

function addUnsuccessful(rows: Uint32Array, row: number, map: IdMapWriter): void {
  map.add(rows, markOf(sentMarks[markIn(rows, row)] ?? 'failed'), row * shape.words + idAt);
}

function markIn(rows: Uint32Array, row: number): number {
  return rows[row * shape.words + markAt] ?? 0;
}

async function scan(path: string, visit: (record: CsvRecord) => void): Promise<void> {
  const reader = new RecordReader(fileChunks(path), ',');
  await reader.read(1, () => undefined);
  await reader.read(Infinity, visit);
}

function unpaired({ object, successPath }: PairSetup, why: string): UnpairedResultsError {
  return new UnpairedResultsError(
    `The results of ${object} can't be matched to the records that were sent: ${why}. Records that depend on them were not sent.`,
    {
      actions: [
        ...(successPath === null ? [] : [`See the records that were created: ${successPath}`]),
        `Give ${object} a key that tells its records apart, such as set: { Legacy_Id__c: "\${Id}" } and key: Legacy_Id__c.`,
      ],
      data: { object },
    },
  );
}
