import { PartFile } from '../../files/part-file.js';
import { ByteSink } from '../../output/byte-sink.js';
import { FileNumbers } from '../collect/place-index.js';
import { PlacesWriter, type SpoolPlace } from '../collect/places.js';
import type { ResultRow } from './result-rows.js';
import { RowSorter } from './sort-rows.js';

export type SpoolOptions = {
  /** Where to keep a file of the run. */
  readonly pathFor: (name: string) => string;
  /** The first line, without its end. */
  readonly header: string;
  readonly newline: string;
  /** Rows that share a parent are put together. */
  readonly isSorted: boolean;
};

/** The rows that are retried, in a file, and their places in the user's own input beside it. In constant memory. */
export class RowSpool {
  readonly path: string;
  readonly places: string;
  readonly #file: PartFile;
  readonly #places: PlacesWriter;
  readonly #newline: Buffer;
  readonly #out = new ByteSink();
  readonly #names = new FileNumbers();
  readonly #sorter: RowSorter | undefined;

  private constructor(file: PartFile, places: PlacesWriter, { pathFor, newline, isSorted }: SpoolOptions) {
    this.path = pathFor('csv');
    this.places = pathFor('places');
    this.#file = file;
    this.#places = places;
    this.#newline = Buffer.from(newline);
    this.#sorter = isSorted ? new RowSorter(pathFor) : undefined;
  }

  static async open(options: SpoolOptions): Promise<RowSpool> {
    const { pathFor, header, newline } = options;
    const file = await PartFile.open(pathFor('csv'));
    await file.write(Buffer.from(header + newline));
    return new RowSpool(file, await PlacesWriter.open(pathFor('places')), options);
  }

  /** Takes a row; `flush` is to be awaited now and then. */
  add({ line, parent, place }: ResultRow): void {
    if (this.#sorter === undefined) this.#put(line, place);
    else this.#sorter.add({ key: parent, line, file: this.#names.numberOf(place.file), row: place.row });
  }

  async flush(): Promise<void> {
    if (this.#sorter?.isFull === true) await this.#sorter.spill();
    await this.#write();
  }

  /** Writes what is left, sorted where that was asked for. */
  async commit(): Promise<void> {
    if (this.#sorter !== undefined) {
      for await (const { line, file, row } of this.#sorter.rows()) {
        this.#put(line, { file: this.#names.names[file] ?? '', row });
        if (this.#out.length >= flushBytes) await this.#write();
      }
    }
    await this.#write();
    await this.#places.commit();
    await this.#file.commit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sorter?.[Symbol.asyncDispose]();
    await this.#places.close();
    await this.#file.discard();
  }

  #put(line: Buffer, place: SpoolPlace): void {
    this.#out.append(line);
    this.#out.append(this.#newline);
    this.#places.add(place);
  }

  async #write(): Promise<void> {
    await this.#file.write(this.#out.take());
    await this.#places.flush();
  }
}

const flushBytes = 256 * 1024;
