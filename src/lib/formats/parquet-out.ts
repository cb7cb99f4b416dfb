import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

import { cellText } from '../csv/cells.js';
import { CsvRecords, MalformedResultError } from './csv-records.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import { markTextForOlderReaders, parquetSchema } from './parquet-schema.js';
import { parquetValueReader } from './parquet-values.js';
import type { ParquetValue } from './parquet-values.js';
import type { ResultWriter, ResultWriterOptions } from './result-writer.js';

/** A row group is held in memory as values until it is written, so it is bounded by rows and by bytes of CSV. */
const maxGroupRows = 100_000;

/** Many columns want longer groups: every column of every group costs memory until the footer is written. */
function groupByteLimit(columnCount: number): number {
  const mebibyte = 1024 * 1024;
  return Math.min(8 * mebibyte, Math.max(3 * mebibyte, (columnCount * mebibyte) / 32));
}

/**
 * Collects rows of CSV bytes into row groups, and writes each as Snappy-compressed columns. Column names that are
 * paths (`Account.Name`) stay flat.
 */
export class ParquetResultWriter implements ResultWriter {
  readonly #columns: ReadonlyArray<{
    readonly name: string;
    readonly read: (record: CsvRecord, field: number) => ParquetValue;
  }>;
  readonly #records: CsvRecords;
  readonly #bytes = new ByteWriter();
  readonly #file: ParquetWriter;
  readonly #schema: SchemaElement[];
  readonly #maxGroupBytes: number;
  #values: ParquetValue[][];
  #groupRows = 0;
  #groupBytes = 0;

  constructor({ columns, delimiter, types }: ResultWriterOptions) {
    this.#columns = columns.map((name, index) => ({ name, read: parquetValueReader(types?.[index]) }));
    this.#values = columns.map(() => []);
    this.#records = new CsvRecords(columns.length, delimiter, (record) => this.#addRecord(record));
    this.#maxGroupBytes = groupByteLimit(columns.length);
    this.#schema = parquetSchema(columns, types);
    this.#file = new ParquetWriter({
      writer: this.#bytes,
      schema: this.#schema,
      createdBy: 'sf-plugin-bulk2',
    });
  }

  push(chunk: Buffer): Buffer {
    this.#records.push(chunk);
    return this.#takeBytes();
  }

  endPage(): Buffer {
    this.#records.finish();
    return this.#takeBytes();
  }

  end(): Buffer {
    this.#records.finish();
    this.#writeGroup();
    markTextForOlderReaders(this.#schema);
    void this.#file.finish();
    return this.#takeBytes();
  }

  #addRecord(record: CsvRecord): void {
    for (let field = 0; field < this.#columns.length; field++) {
      const value = this.#columns[field]?.read(record, field);
      if (value === undefined) throw this.#notOfItsKind(record, field);
      this.#values[field]?.push(value);
    }
    this.#groupRows++;
    this.#groupBytes += record.end - record.start;
    if (this.#groupRows === maxGroupRows || this.#groupBytes >= this.#maxGroupBytes) this.#writeGroup();
  }

  #writeGroup(): void {
    if (this.#groupRows === 0) return;
    const columnData = this.#columns.map(({ name }, index) => ({ name, data: this.#values[index] ?? [] }));
    void this.#file.write({ columnData, rowGroupSize: this.#groupRows });
    this.#values = this.#columns.map(() => []);
    this.#groupRows = 0;
    this.#groupBytes = 0;
  }

  #takeBytes(): Buffer {
    if (this.#bytes.index === 0) return Buffer.alloc(0);
    const taken = Buffer.from(this.#bytes.buffer, 0, this.#bytes.index);
    this.#bytes.buffer = new ArrayBuffer(64 * 1024);
    this.#bytes.view = new DataView(this.#bytes.buffer);
    this.#bytes.index = 0;
    return taken;
  }

  #notOfItsKind(record: CsvRecord, field: number): MalformedResultError {
    const name = this.#columns[field]?.name ?? '';
    const message = `Record ${this.#records.count}, column ${name}: "${cellText(record, field)}" is not what the field's type says.`;
    return new MalformedResultError(message, {
      actions: ['Export without types: every column is a string then.'],
    });
  }
}
