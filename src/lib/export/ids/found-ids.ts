import type { ColumnDelimiter } from '../../api/types.js';
import { idWords, readId, writeIdIn } from '../../csv/record-id.js';
import { RowCountError } from '../../errors.js';
import { CsvRecords } from '../../output/csv-records.js';
import { placeIn } from './id-list.js';

/** Which ids of a list were found: one bit each, 125 kB for a million. */
export class FoundIds {
  count = 0;
  readonly #bits: Uint8Array;

  /** @param asked how many ids there are */
  constructor(asked: number) {
    this.#bits = new Uint8Array(Math.ceil(asked / 8));
  }

  has(place: number): boolean {
    return ((this.#bits[place >> 3] ?? 0) & (1 << (place & 7))) !== 0;
  }

  /** @returns false when it was found before */
  add(place: number): boolean {
    if (this.has(place)) return false;
    this.#bits[place >> 3] = (this.#bits[place >> 3] ?? 0) | (1 << (place & 7));
    this.count += 1;
    return true;
  }

  /** The bits as text, for the journal. */
  text(): string {
    return Buffer.from(this.#bits).toString('base64');
  }

  /** Adds those that `text` has told of `asked` ids, which begin at a place of this list. */
  addText(text: string, { from, to }: { readonly from: number; readonly to: number }): void {
    const other = Buffer.from(text, 'base64');
    for (let place = 0; place < to - from; place++) {
      if (((other[place >> 3] ?? 0) & (1 << (place & 7))) !== 0) this.add(from + place);
    }
  }
}

export type IdSearch = {
  /** The ids that a job was asked for. */
  readonly slice: Uint32Array;
  readonly asked: number;
  readonly columns: readonly string[];
  readonly delimiter: ColumnDelimiter;
  readonly jobId: string;
};

/** Finds the ids of the records in a page's rows, as they pass. */
export class PageIds {
  readonly found: FoundIds;
  readonly #records: CsvRecords;

  constructor({ slice, asked, columns, delimiter, jobId }: IdSearch) {
    const idColumn = columns.findIndex((name) => name.toLowerCase() === 'id');
    const id = new Uint32Array(idWords);
    this.found = new FoundIds(asked);
    this.#records = new CsvRecords(columns.length, delimiter, (record) => {
      const place = writeIdIn(record, idColumn, id) ? placeIn(slice, id) : -1;
      if (place < 0) throw strange(jobId, 'a record that was not asked for', id);
      if (!this.found.add(place)) throw strange(jobId, 'a record twice', id);
    });
  }

  /** @throws RowCountError a record is none of those that were asked for, or came before */
  push(chunk: Buffer): void {
    this.#records.push(chunk);
  }

  end(): void {
    this.#records.finish();
  }
}

function strange(jobId: string, what: string, id: Uint32Array): RowCountError {
  return new RowCountError(`Job ${jobId} returned ${what}: ${readId(id)}. The output is not complete.`, {
    data: { jobId, id: readId(id) },
  });
}
