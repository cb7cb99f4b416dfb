import { encodeCell } from '../../csv/cells.js';
import type { ByteSink } from '../../output/byte-sink.js';
import { resultSets, type Layout, type ResultSetName } from '../model/result-sets.js';
import type { Place } from './place-index.js';

/** Writes what stands around a row's own cells: its place in the input before them, and the cells that were kept behind. */
export class RowExtras {
  readonly #delimiter: string;
  /** What stands before the name of the file. */
  readonly #lead: string;
  readonly #separator: Buffer;
  readonly #noneKept: Buffer | undefined;
  #file: string | undefined;
  /** What stands between the service's cells and the row number: the same for all rows of a file. */
  #beforeRow: Buffer;

  constructor(set: ResultSetName, { delimiter, kept = [] }: Layout) {
    this.#delimiter = delimiter;
    this.#lead = resultSets[set].serviceColumns.length === 0 ? '' : delimiter;
    this.#separator = Buffer.from(delimiter);
    this.#noneKept = kept.length === 0 ? undefined : Buffer.from(delimiter.repeat(kept.length - 1));
    this.#beforeRow = this.#placeBefore(undefined);
  }

  putPlace(out: ByteSink, place: Pick<Place, 'file' | 'row'> | undefined): void {
    if (place?.file !== this.#file) this.#beforeRow = this.#placeBefore(place?.file);
    this.#file = place?.file;
    out.append(this.#beforeRow);
    if (place !== undefined && place.row > 0) putNumber(out, place.row);
    out.append(this.#separator);
  }

  /** @param cells undefined where nothing is known of the row */
  putKept(out: ByteSink, cells: Buffer | undefined): void {
    if (this.#noneKept === undefined) return;
    out.append(this.#separator);
    out.append(cells ?? this.#noneKept);
  }

  #placeBefore(file: string | undefined): Buffer {
    return Buffer.from(`${this.#lead}${encodeCell(file ?? '', this.#delimiter)}${this.#delimiter}`);
  }
}

/** Without making text of it: there may be millions. */
function putNumber(out: ByteSink, number: number): void {
  let digits = 1;
  for (let rest = number; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  out.reserve(digits);
  let rest = number;
  for (let at = out.length + digits - 1; at >= out.length; at--) {
    out.bytes[at] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  out.length += digits;
}
