import type { SpoolPlace } from '../collect/places.js';

const rowsInPage = 64 * 1024;

/** A set of places in the user's input: a bit for each row, for as much of a file as has rows in it. */
export class PlaceSet {
  readonly #files = new Map<string, Map<number, Uint8Array>>();

  /** @returns false when it has the place already */
  add({ file, row }: SpoolPlace): boolean {
    const page = this.#pageOf(file, Math.floor(row / rowsInPage));
    const at = row % rowsInPage;
    const bit = 1 << (at & 7);
    const found = page[at >> 3] ?? 0;
    page[at >> 3] = found | bit;
    return (found & bit) === 0;
  }

  #pageOf(file: string, number: number): Uint8Array {
    let pages = this.#files.get(file);
    if (pages === undefined) this.#files.set(file, (pages = new Map<number, Uint8Array>()));
    let page = pages.get(number);
    if (page === undefined) pages.set(number, (page = new Uint8Array(rowsInPage / 8)));
    return page;
  }
}
