import { PartFile } from '../../files/part-file.js';
import { ByteSink } from '../../output/byte-sink.js';
import { FileNumbers } from '../collect/place-index.js';
import { PlacesWriter, type SpoolPlace } from '../collect/places.js';
import { KeptWriter } from '../plan/kept-cells.js';
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
  /** Rows have cells that are not sent and are kept. */
  readonly hasKept: boolean;
};

/** The rows that are retried, in a file, and their places in the user's own input beside it. In constant memory. */
export class RowSpool {
  readonly path: string;
  readonly places: string;
  readonly kept: string | undefined;
  readonly #kept: KeptWriter | undefined;
  readonly #file: PartFile;
  readonly #places: PlacesWriter;
  readonly #newline: Buffer;
  readonly #out = new ByteSink();
  readonly #names = new FileNumbers();
  readonly #sorter: RowSorter | undefined;

  private constructor(
    file: PartFile,
    places: PlacesWriter,
    { pathFor, newline, isSorted, hasKept }: SpoolOptions,
  ) {
    this.path = pathFor('csv');
    this.places = pathFor('places');
    this.kept = hasKept ? pathFor('kept') : undefined;
    this.#kept = this.kept === undefined ? undefined : new KeptWriter(this.kept);
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
  add({ line, parent, place, kept }: ResultRow): void {
    if (this.#sorter === undefined) this.#put({ line, kept }, place);
    else
      this.#sorter.add({ key: parent, line, kept, file: this.#names.numberOf(place.file), row: place.row });
  }

  async flush(): Promise<void> {
    if (this.#sorter?.isFull === true) await this.#sorter.spill();
    await this.#write();
  }

  /** Writes what is left, sorted where that was asked for. */
  async commit(): Promise<void> {
    if (this.#sorter !== undefined) {
      for await (const { line, kept, file, row } of this.#sorter.rows()) {
        this.#put({ line, kept }, { file: this.#names.names[file] ?? '', row });
        if (this.#out.length >= flushBytes) await this.#write();
      }
    }
    await this.#write();
    this.#kept?.close();
    await this.#places.commit();
    await this.#file.commit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sorter?.[Symbol.asyncDispose]();
    await this.#places.close();
    await this.#file.discard();
  }

  #put({ line, kept }: Pick<ResultRow, 'line' | 'kept'>, place: SpoolPlace): void {
    this.#kept?.add(kept);
    this.#out.append(line);
    this.#out.append(this.#newline);
    this.#places.add(place);
  }

  async #write(): Promise<void> {
    await this.#out.drain(this.#file);
    await this.#places.flush();
  }
}

const flushBytes = 256 * 1024;
