import { delimiterCharacters, type ColumnDelimiter } from '../api/types.js';
import { RecordTokenizer, type CsvRecord } from '../csv/record-tokenizer.js';
import { Bulk2Error } from '../errors.js';

/** Query results are not the CSV that was announced: a page was cut or mixed up on its way. */
export class MalformedResultError extends Bulk2Error {}

/** The service's longest record has some 1.6 million characters; past this a quote was never closed. */
const maxRecordBytes = 16 * 1024 * 1024;

/**
 * Takes the record at `from` by itself, where it knows its form.
 * @returns the offset of the next record, or -1 when it is left to the tokenizer
 */
export type TakeRecord = (bytes: Buffer, from: number, to: number) => number;

/** Finds the records in data rows of query results that are pushed in chunks, which may be cut anywhere. */
export class CsvRecords {
  /** Records visited so far. */
  count = 0;
  readonly #columnCount: number;
  readonly #visit: (record: CsvRecord) => void;
  readonly #take: TakeRecord | undefined;
  readonly #tokenizer: RecordTokenizer;
  /** The begun record at the end of the last chunk, and behind it the next one; used again for each. */
  #bytes: Buffer = Buffer.alloc(0);
  #carried = 0;

  /** @param take tried for each record before it is visited */
  constructor(
    columnCount: number,
    delimiter: ColumnDelimiter,
    visit: (record: CsvRecord) => void,
    take?: TakeRecord,
  ) {
    this.#columnCount = columnCount;
    this.#take = take;
    this.#tokenizer = new RecordTokenizer(delimiterCharacters[delimiter]);
    this.#visit = visit;
  }

  /** Visits each record that is complete with this chunk; its bytes are written over by the next one. Throws MalformedResultError. */
  push(chunk: Buffer): void {
    const length = this.#carried + chunk.length;
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(grown, 0, 0, this.#carried);
      this.#bytes = grown;
    }
    chunk.copy(this.#bytes, this.#carried);
    const at = this.#visitAll(this.#bytes.subarray(0, length), false);
    this.#carried = length - at;
    if (this.#carried > maxRecordBytes) throw this.#malformed(`is longer than ${maxRecordBytes} bytes`);
    this.#bytes.copyWithin(0, at, length);
  }

  /** Visits the last record, if its line ending was left out. Throws MalformedResultError. */
  finish(): void {
    this.#visitAll(this.#bytes.subarray(0, this.#carried), true);
    this.#carried = 0;
  }

  /** Gives the offset of the record that the bytes cut off. */
  #visitAll(bytes: Buffer, isEnd: boolean): number {
    const tokenizer = this.#tokenizer;
    const take = this.#take;
    const limit = { to: bytes.length, isEnd };
    let at = 0;
    while (at < limit.to) {
      const taken = take === undefined ? -1 : take(bytes, at, limit.to);
      if (taken >= 0) {
        at = taken;
        this.count++;
        continue;
      }
      const next = tokenizer.next(bytes, at, limit);
      if (next < 0) break;
      at = next;
      if (tokenizer.isBlankLine) continue;
      if (tokenizer.fault !== undefined && tokenizer.fault !== 'lone-carriage-return') {
        throw this.#malformed(`is not CSV (${tokenizer.fault.replaceAll('-', ' ')})`);
      }
      if (tokenizer.count !== this.#columnCount) {
        throw this.#malformed(`has ${tokenizer.count} values instead of ${this.#columnCount}`);
      }
      this.count++;
      this.#visit(tokenizer);
    }
    return at;
  }

  #malformed(what: string): MalformedResultError {
    const record = this.count + 1;
    return new MalformedResultError(`The query results are damaged: record ${record} ${what}.`, {
      data: { record },
    });
  }
}
