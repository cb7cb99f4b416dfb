import { FileNumbers } from '../collect/place-index.js';
import type { SpoolPlace } from '../collect/places.js';

/** Few enough that a hundred thousand files with a row each take little, many enough that a hundred million rows do. */
const rowsInPage = 1024;
const pagesOfFile = 2 ** 32 / rowsInPage;

/** The place of a cell where there is a single file. */
export function cellAt(column: string | undefined, row: number): SpoolPlace {
  return { file: column ?? '', row };
}

/** A set of places in the user's input: a bit for each row, for as much of a file as has rows in it. */
export class PlaceSet {
  readonly #files = new FileNumbers();
  readonly #pages = new Map<number, Uint8Array>();

  /** @returns false when it has the place already */
  add({ file, row }: SpoolPlace): boolean {
    const page = this.#pageOf(this.#files.numberOf(file) * pagesOfFile + Math.floor(row / rowsInPage));
    const at = row % rowsInPage;
    const bit = 1 << (at & 7);
    const found = page[at >> 3] ?? 0;
    page[at >> 3] = found | bit;
    return (found & bit) === 0;
  }

  has({ file, row }: SpoolPlace): boolean {
    const page = this.#pages.get(this.#files.numberOf(file) * pagesOfFile + Math.floor(row / rowsInPage));
    const at = row % rowsInPage;
    return ((page?.[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
  }

  #pageOf(number: number): Uint8Array {
    let page = this.#pages.get(number);
    if (page === undefined) this.#pages.set(number, (page = new Uint8Array(rowsInPage / 8)));
    return page;
  }
}
