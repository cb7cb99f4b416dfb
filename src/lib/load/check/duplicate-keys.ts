import type { IngestOperation } from '../../api/types.js';
import { cellText } from '../../csv/cells.js';
import type { VisitRecord } from '../../csv/scan.js';
import type { InputProblem } from '../../errors.js';
import { show } from './rules.js';
import type { CheckedColumn } from './header.js';
import { KeyHasher, keyKind, keyText } from './key.js';
import { compareKind, hashKey, lookupKey, matchText } from './match-text.js';
import type { HashGroup } from './hash-table.js';
import { RepeatedHashes, type RepeatedHashesOptions } from './repeated-hashes.js';

/** The column in which a value may occur only once: the key that records are matched by. Inserts have none. */
export function uniqueColumn(
  columns: readonly CheckedColumn[],
  operation: IngestOperation,
): CheckedColumn | undefined {
  return operation === 'insert' ? undefined : columns.find(({ isKey }) => isKey);
}

type SeenKey = {
  /** The spelling that it is compared in. */
  readonly text: string;
  readonly written: string;
  readonly row: number;
  readonly file: string | undefined;
};

/** How many groups of equal keys are told one by one. */
const mostGroups = 50;

/**
 * Finds keys that occur more than once in an input, over all of its files: the service refuses such rows when
 * they meet in one of its transactions of 200, and otherwise lets the last one win.
 *
 * Two looks at the input. The first, through `collector`, keeps a hash of each key. `candidates` tells whether any
 * are equal; only then is a second look needed, through `verifier`, at the same files in the same order, which
 * compares the keys themselves, so that two keys that merely share a hash are never reported.
 */
export class DuplicateKeyCheck {
  readonly #hashes: RepeatedHashes;
  readonly #wanted = new Map<number, SeenKey | undefined>();
  #repeats: readonly HashGroup[] = [];
  #collected = 0;
  #verified = 0;

  constructor(options: RepeatedHashesOptions = {}) {
    this.#hashes = new RepeatedHashes({ maxGroups: mostGroups, ...options });
  }

  /**
   * The first look at a file.
   * @param isLookedUp the keys are looked up in the org's records: what finds the same record is the same key
   */
  collector(column: CheckedColumn, isLookedUp = false): VisitRecord {
    if (isLookedUp) return this.#lookupCollector(column);
    const hasher = new KeyHasher(keyKind(column.field));
    return (record) => {
      const ordinal = this.#collected++;
      if (hasher.hash(record, column.index)) this.#hashes.add(hasher.high, hasher.low, ordinal);
    };
  }

  #lookupCollector(column: CheckedColumn): VisitRecord {
    const kind = compareKind(column.field);
    return (record) => {
      const ordinal = this.#collected++;
      const key = lookupText(column, cellText(record, column.index));
      if (key === '') return;
      const [high = 0, low = 0] = hashKey(key, kind);
      this.#hashes.add(high, low, ordinal);
    };
  }

  /** Ends the first look and says whether a second one is needed. Call it once. */
  candidates(): boolean {
    this.#repeats = this.#hashes.finish();
    for (const { rows } of this.#repeats) for (const row of rows) this.#wanted.set(row, undefined);
    return this.#wanted.size > 0;
  }

  /** The second look at a file. */
  verifier(column: CheckedColumn, file?: string, isLookedUp = false): VisitRecord {
    const kind = keyKind(column.field);
    const textOf = (written: string): string =>
      isLookedUp ? lookupText(column, written) : keyText(written, kind);
    return (record, row) => {
      const ordinal = this.#verified++;
      if (!this.#wanted.has(ordinal)) return;
      const written = cellText(record, column.index);
      this.#wanted.set(ordinal, { text: textOf(written), written, row, file });
    };
  }

  /** One problem for each repeated key that was found, at its second row. */
  problems({ name }: CheckedColumn): InputProblem[] {
    return this.#found().map(({ keys, untold }) => problemOf(keys, untold, name));
  }

  /** The same in one sentence, with both rows of the first key; none when no key is repeated. */
  warnings({ name }: CheckedColumn): InputProblem[] {
    const [first, ...others] = this.#found();
    if (first === undefined) return [];
    const [one, other = one] = first.keys;
    const least = others.length + 1 >= mostGroups ? 'at least ' : '';
    const rest = others.length === 1 ? '1 more key occurs' : `${least}${others.length} more keys occur`;
    const message =
      `The key ${show(one?.written ?? '')} (${name}) is in ${placeOf(one)} and in ${placeOf(other, one)}. Either row may win.` +
      `${others.length === 0 ? '' : ` ${rest} more than once.`} To refuse such files, add --duplicate-keys refuse.`;
    return [{ code: 'DUPLICATE_KEY', message, column: name }];
  }

  #found(): RepeatedKey[] {
    return this.#repeats.flatMap(({ rows, count }) => {
      const untold = count - rows.length;
      return equalKeys(rows.flatMap((row) => this.#wanted.get(row) ?? [])).map((keys) => ({ keys, untold }));
    });
  }

  /** Removes what is on disk. */
  close(): void {
    this.#hashes.close();
  }
}

/** All that finds the same record comes to the same. */
function lookupText(column: CheckedColumn, written: string): string {
  return matchText(lookupKey(column, written), compareKind(column.field));
}

/** Rows with the same key: the first of them, and how many there are besides. */
type RepeatedKey = { readonly keys: readonly SeenKey[]; readonly untold: number };

/** Keys that are really equal, in groups of two and more. */
function equalKeys(keys: readonly SeenKey[]): SeenKey[][] {
  return [...Map.groupBy(keys, ({ text }) => text).values()].filter(({ length }) => length > 1);
}

function problemOf(keys: readonly SeenKey[], untold: number, column: string): InputProblem {
  const [first, second = first, ...others] = keys;
  const rest = others.length + untold;
  const more = rest === 0 ? '' : ` It occurs ${rest + 2} times in all.`;
  return {
    code: 'DUPLICATE_KEY',
    message: `${show(second?.written ?? '')} is also in ${placeOf(first, second)}${asWritten(first, second)}.${more}`,
    column,
    ...(second === undefined ? {} : { row: second.row }),
    ...(second?.file === undefined ? {} : { file: second.file }),
  };
}

/** A row, and its file where that is not the file of the other one. */
function placeOf(key: SeenKey | undefined, other?: SeenKey): string {
  const row = `row ${key?.row ?? 0}`;
  return key?.file === undefined || key.file === other?.file ? row : `${key.file}, ${row}`;
}

function asWritten(key: SeenKey | undefined, other: SeenKey | undefined): string {
  return key === undefined || key.written === other?.written ? '' : `, as ${show(key.written)}`;
}
