import { closeSync, openSync, rmSync } from 'node:fs';
import { writeFully } from '../files/disk-full.js';
import { readFully } from '../files/record-sorter.js';

/** Records with a longer chain of parents than this are sent without their parent, which they get by an update. */
const deepestLevel = 10;
const tooDeep = deepestLevel + 1;
/** The level of a record that gets its parent later. */
export const laterLevel = 255;

const edgeWords = 3;
const bufferedEdges = 16_384;

/** A lookup from a row to another row of the same object. Lookups are numbers of the object's. */
type VisitEdge = (row: number, parent: number, lookup: number) => void;

/**
 * Finds for each record of an object that refers to itself how long its chain of parents is. Lookups are kept in a
 * temporary file; memory is one byte a record.
 */
export class Hierarchy {
  readonly levels: Uint8Array;
  readonly #file: number;
  readonly #path: string;
  readonly #buffer = new Uint32Array(bufferedEdges * edgeWords);
  #buffered = 0;
  #edges = 0;

  /** @param path of the temporary file, which has no name from the start on */
  constructor(rows: number, path: string) {
    this.levels = new Uint8Array(rows);
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

  /** Sets the levels. Records in a circle, below one, or below too many others get `laterLevel`. */
  settle(): void {
    const { levels } = this;
    this.#untilStable((row, parent) => {
      const level = Math.min((levels[parent] ?? 0) + 1, tooDeep);
      if (level <= (levels[row] ?? 0)) return false;
      levels[row] = level;
      return true;
    });
    for (let row = 0; row < levels.length; row++) if (levels[row] === tooDeep) levels[row] = laterLevel;
  }

  /** Visits lookups again and again until no visit changes anything. */
  spread(visit: (row: number, parent: number) => boolean): void {
    this.#untilStable(visit);
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

  #untilStable(visit: (row: number, parent: number) => boolean): void {
    for (let hasChanged = true; hasChanged;) {
      hasChanged = false;
      this.each((row, parent) => {
        if (visit(row, parent)) hasChanged = true;
      });
    }
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#buffer.buffer, 0, this.#buffered * edgeWords * 4);
    const start = this.#edges * edgeWords * 4;
    writeFully({ fd: this.#file, path: this.#path }, bytes, start);
    this.#edges += this.#buffered;
    this.#buffered = 0;
  }
}
