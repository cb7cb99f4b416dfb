import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { InputError, type InputProblem } from '../../errors.js';
import type { JournalRecord, LeftRows, LoadPlan } from '../../run/record.js';
import type { HashGroup } from '../check/hash-table.js';
import { RepeatedHashes } from '../check/repeated-hashes.js';
import {
  haveSharedNames,
  isLeftPlaces,
  leftAnewOf,
  leftPlacesName,
  visitLeftPlaces,
} from '../collect/left-rows.js';
import { placeReader, type SpoolPlace } from '../collect/places.js';
import { contentOf } from '../collect/row-hash.js';
import { cellsOf } from '../model/result-sets.js';
import { completeRecord } from '../model/rounds.js';
import { mostNamed, type MissingRows } from './missing-rows.js';
import { PlaceSet } from './place-set.js';
import type { ResultFile } from './result-rows.js';

/** What a load has noted of its rows that did not succeed. */
export type LeftBefore = LeftRows & {
  /** The file with their places. */
  readonly path: string;
};

/**
 * The same with what `job results` has written since: rows that have no place in its files, and rows that are equal there.
 * @param pathFor where a file of the run is
 * @returns undefined where the load has not noted anything: its journal is older, or all rows have succeeded
 */
export async function leftBefore(
  records: readonly JournalRecord[],
  pathFor: (name: string) => string,
): Promise<LeftBefore | undefined> {
  const left = completeRecord(records)?.left;
  if (left === undefined) return undefined;
  const path = pathFor(leftPlacesName);
  const anew = await leftAnewOf(pathFor);
  if (anew === undefined) return { ...left, path };
  const unplaced = {
    failed: Math.max(left.unplaced.failed, anew.unplaced.failed),
    unprocessed: Math.max(left.unplaced.unprocessed, anew.unplaced.unprocessed),
  };
  return { ...left, path, unplaced, equal: Math.max(left.equal, anew.equal) };
}

type Columns = {
  readonly header: readonly string[];
  /** The cells that are sent. */
  readonly sent: readonly number[];
};

/**
 * Tells the rows of a load from others in its result files. A row is known by its place in the input, which is one that did
 * not succeed, and is there once. Rows without a place are only counted: they may not be equal to others more often than the
 * load's own were. What can't be told is a row without a place that was replaced by one which is nowhere else in the files.
 */
export class KnownRows implements Disposable {
  readonly #columns: readonly string[];
  readonly #usesPlaces: boolean;
  readonly #left: LeftBefore | undefined;
  readonly #known = new PlaceSet();
  readonly #taken = new PlaceSet();
  readonly #all = new RepeatedHashes({ maxGroups: mostGroups });
  readonly #placed = new RepeatedHashes({ maxGroups: 0 });
  readonly #files: Array<{ readonly path: string; readonly before: number }> = [];
  #rows = 0;

  private constructor({ columns, sources }: LoadPlan, left: LeftBefore | undefined) {
    this.#columns = columns;
    this.#usesPlaces = !haveSharedNames(sources);
    this.#left = left;
  }

  /** @param left absent, or no longer what was noted: a row may still be there only once */
  static async open(plan: LoadPlan, left: LeftBefore | undefined): Promise<KnownRows> {
    const isNoted = left !== undefined && (await isLeftPlaces(left.path, left));
    const rows = new KnownRows(plan, isNoted ? left : undefined);
    if (isNoted) visitLeftPlaces(left.path, left, (place) => rows.#known.add(place));
    return rows;
  }

  /** @returns tells what is wrong with a row of the file, and is to be asked of each that is sent */
  inFile(
    { kind, path }: Pick<ResultFile, 'kind' | 'path'>,
    { header, sent }: Columns,
  ): (record: CsvRecord, row: number) => InputProblem | undefined {
    const { hasPlaces, placeOf } = placeReader(header);
    const [rowCell = -1] = cellsOf(header, ['source__Row']);
    const before = this.#rows;
    this.#files.push({ path, before });
    // Rows may well be equal once a column is gone.
    const isComparable = this.#left !== undefined && !cellsOf(header, this.#columns).includes(-1);
    const content = contentOf(sent);
    let unplaced = this.#left?.unplaced[kind] ?? Infinity;
    return (record, row) => {
      const place = placeOf(record);
      this.#rows = before + row;
      if (isComparable) {
        const { high, low } = content.readExactly(record, 'result');
        this.#all.add(high, low, this.#rows);
        if (place.row > 0) this.#placed.add(high, low, this.#rows);
      }
      if (!this.#usesPlaces || !hasPlaces) return undefined;
      if (place.row === 0) return unplaced-- > 0 ? undefined : withoutPlace(cellText(record, rowCell), row);
      const name = `Row ${place.row} of ${place.file}`;
      if (!this.#taken.add(place))
        return {
          code: 'ROW_TWICE',
          row,
          message: `${name} is in the result files twice: remove one of them.`,
        };
      if (this.#left === undefined || this.#known.has(place)) return undefined;
      return {
        code: 'UNKNOWN_ROW',
        row,
        column: 'source__Row',
        message: `${name} is none of the rows that failed or were not processed. Rows can be changed and removed, not added.`,
      };
    };
  }

  /** @throws InputError rows without a place are equal to others that they were not equal to */
  finish(): void {
    const groups = this.#all.finish();
    this.#placed.finish();
    const { equal = Infinity } = this.#left ?? {};
    if (this.#all.repeats - this.#placed.repeats <= equal) return;
    throw new InputError(groups.map((group) => this.#equalRows(group, equal)));
  }

  /** Tells which rows of the load are not in the files. @param count how many there are, by the numbers of rows */
  missing(count: number): MissingRows {
    const places: SpoolPlace[] = [];
    let known = 0;
    if (count > 0 && this.#left !== undefined && this.#usesPlaces) {
      visitLeftPlaces(this.#left.path, this.#left, (place) => {
        if (this.#taken.has(place)) return;
        known += 1;
        if (known <= mostNamed) places.push({ file: place.file, row: place.row });
      });
    }
    // Files without places have rows that seem to be missing.
    return { count, places: known === count ? places : [] };
  }

  [Symbol.dispose](): void {
    this.#all.close();
    this.#placed.close();
  }

  #equalRows({ rows, count }: HashGroup, equal: number): InputProblem {
    const [first = 0, second = 0] = rows;
    const [one, other] = [this.#placeOf(first), this.#placeOf(second)];
    const more = count > 2 ? `, and so are ${count - 2} more rows` : '';
    const known =
      equal === 0 ? 'no two rows of the load were' : `only ${equal} rows of the load were equal to others`;
    return {
      code: 'ROW_TWICE',
      file: other.path,
      row: other.row,
      message: `It is equal to row ${one.row} of ${one.path}${more}; ${known}. Put the row back that was here, or remove this one.`,
    };
  }

  #placeOf(ordinal: number): { readonly path: string; readonly row: number } {
    const { path = '', before = 0 } = this.#files.findLast((file) => file.before < ordinal) ?? {};
    return { path, row: ordinal - before };
  }
}

const mostGroups = 20;

function withoutPlace(text: string, row: number): InputProblem {
  const what = text.trim() === '' ? 'It is empty' : `"${text}" is no number of a row`;
  return {
    code: 'PLACE_MISSING',
    row,
    column: 'source__Row',
    message: `${what}, so that it is not known which row of the input this is. Put the number back.`,
  };
}

/** Whether a problem is that of a row which somebody has put into the file. */
export function isOfAddedRow({ code }: InputProblem): boolean {
  return code === 'PLACE_MISSING';
}
