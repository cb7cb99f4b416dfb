import { closeSync, openSync, rmSync } from 'node:fs';
import { UsageError } from '../../errors.js';
import { writeFully } from '../../files/disk-full.js';
import { readFully } from '../../files/record-sorter.js';
import { RowLevels } from '../model/row-levels.js';

/** Records with a longer chain of parents than this are sent without those parents that they can get by an update. */
const deepestLevel = 10;
/** Each level is a load, and is found by a pass over all lookups. */
const mostLevels = 1000;

const edgeWords = 3;
const bufferedEdges = 16_384;

/** A lookup from a row to another row of the same object. Lookups are numbers of the object's. */
type VisitEdge = (row: number, parent: number, lookup: number) => void;

/**
 * Finds for each record of an object that refers to itself how long its chain of parents is. Lookups are kept in a
 * temporary file; memory is two bytes a record, and one more while levels are found.
 */
export class Hierarchy {
  readonly levels: RowLevels;
  readonly #rows: number;
  readonly #file: number;
  readonly #path: string;
  readonly #buffer = new Uint32Array(bufferedEdges * edgeWords);
  #buffered = 0;
  #edges = 0;

  /** @param path of the temporary file, which has no name from the start on */
  constructor(rows: number, path: string) {
    this.levels = new RowLevels(new Uint16Array(rows));
    this.#rows = rows;
    this.#path = path;
    this.#file = openSync(path, 'w+', 0o600);
    rmSync(path, { force: true });
  }

  /** Rows are counted from 0. */
  add(row: number, parent: number, lookup: number): void {
    this.#buffer.set([row, parent, lookup], this.#buffered * edgeWords);
    this.#buffered += 1;
    if (this.#buffered === bufferedEdges) this.#flush();
  }

  /**
   * Sets the levels. Records in a circle, below one, or below too many others get parents later, but for those that they must
   * have at once: only these decide their levels then.
   * @param isRequired whether a lookup must have its value when a record is created
   * @throws UsageError there are too many levels of such lookups
   */
  settle(isRequired: (lookup: number) => boolean): void {
    const progress = new Uint8Array(this.#rows);
    this.#settleFrom(progress, deepestLevel, () => true);
    if (!progress.includes(open)) return;
    for (let row = 0; row < this.#rows; row++) if (progress[row] === open) this.levels.setLater(row);
    if (this.#settleFrom(progress, mostLevels, isRequired)) throw tooDeep();
    if (!progress.includes(open)) return;
    this.#settleCircles(progress, isRequired);
    if (this.#settleFrom(progress, mostLevels, isRequired)) throw tooDeep();
  }

  /** Visits lookups again and again until no visit changes anything. */
  spread(visit: (row: number, parent: number, lookup: number) => boolean): void {
    for (let hasChanged = true; hasChanged;) {
      hasChanged = false;
      this.each((row, parent, lookup) => {
        if (visit(row, parent, lookup)) hasChanged = true;
      });
    }
  }

  each(visit: VisitEdge): void {
    this.#flush();
    const window = new Uint32Array(bufferedEdges * edgeWords);
    for (let first = 0; first < this.#edges; first += bufferedEdges) {
      const words = Math.min(bufferedEdges, this.#edges - first) * edgeWords;
      readFully(this.#file, new Uint8Array(window.buffer, 0, words * 4), first * edgeWords * 4);
      for (let at = 0; at < words; at += edgeWords) {
        visit(window[at] ?? 0, window[at + 1] ?? 0, window[at + 2] ?? 0);
      }
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Of the records that can't be settled, tells those in circles from those that are only below: nothing leads back to these. */
  #settleCircles(progress: Uint8Array, isFollowed: (lookup: number) => boolean): void {
    for (let hasChanged = true; hasChanged;) {
      hasChanged = false;
      const isParent = new Uint8Array(this.#rows);
      this.each((row, parent, lookup) => {
        if (progress[row] === open && isFollowed(lookup)) isParent[parent] = 1;
      });
      for (let row = 0; row < this.#rows; row++) {
        if (progress[row] !== open || isParent[row] === 1) continue;
        progress[row] = below;
        hasChanged = true;
      }
    }
    for (let row = 0; row < this.#rows; row++) {
      if (progress[row] === below) progress[row] = open;
      else if (progress[row] === open) {
        progress[row] = settled;
        this.levels.setInCircle(row);
      }
    }
  }

  /**
   * Settles records all of whose parents are settled, level by level.
   * @returns whether there may be more levels than that
   */
  #settleFrom(progress: Uint8Array, most: number, isFollowed: (lookup: number) => boolean): boolean {
    const { levels } = this;
    for (let pass = 0; pass <= most; pass++) {
      this.each((row, parent, lookup) => {
        if (progress[row] === settled || !isFollowed(lookup)) return;
        if (progress[parent] !== settled) progress[row] = waiting;
        else levels.set(row, Math.max(levels.of(row), levels.of(parent) + 1));
      });
      let hasChanged = false;
      for (let row = 0; row < progress.length; row++) {
        if (progress[row] === open) hasChanged = true;
        if (progress[row] !== settled) progress[row] = progress[row] === open ? settled : open;
      }
      if (!hasChanged) return false;
    }
    return progress.includes(open);
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#buffer.buffer, 0, this.#buffered * edgeWords * 4);
    const start = this.#edges * edgeWords * 4;
    writeFully({ fd: this.#file, path: this.#path }, bytes, start);
    this.#edges += this.#buffered;
    this.#buffered = 0;
  }
}

/** How far a record is: `waiting` is one with a parent that isn't settled, in the pass that is made, `below` one below a circle. */
const open = 0;
const waiting = 1;
const settled = 2;
const below = 3;

function tooDeep(): UsageError {
  return new UsageError(
    `Records refer to each other by a lookup that must have a value, in more than ${mostLevels.toLocaleString('en-US')} levels: each level takes a load of its own.`,
    { actions: ['Leave the lookup out of the key of the object, or copy fewer records with "where".'] },
  );
}
