import type { ColumnChunk, FileMetaData, RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeIndexes } from 'hyparquet-writer/src/indexes.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { cellText } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import type { ColumnKind, ColumnTypes } from '../describe/column-types.js';
import { CsvRecords, MalformedResultError } from './csv-records.js';
import { ParquetColumn, type WrittenColumn } from './parquet-column.js';
import { parquetValue } from './parquet-values.js';
import { SnappyCompressor } from './snappy.js';
import type { ResultWriter, ResultWriterOptions } from './writer.js';

/** `PAR1`, with which a file begins and ends. */
const magic = 0x31524150;

/** A row group is held in memory until it is written, so it is bounded by rows and by bytes of CSV. */
const maxGroupRows = 100_000;

/** Many columns want longer groups: every column of every group costs memory until the footer is written. */
function groupByteLimit(columnCount: number): number {
  const mebibyte = 1024 * 1024;
  return Math.min(8 * mebibyte, Math.max(2 * mebibyte, (columnCount * mebibyte) / 32));
}

/**
 * Collects rows of CSV bytes into row groups, and writes each as Snappy-compressed columns. Column names that are
 * paths (`Account.Name`) stay flat.
 */
export class ParquetResultWriter implements ResultWriter {
  readonly #columns: readonly ParquetColumn[];
  readonly #records: CsvRecords;
  readonly #bytes = new ByteWriter();
  readonly #snappy = new SnappyCompressor();
  readonly #schema: SchemaElement[];
  readonly #groups: RowGroup[] = [];
  readonly #indexes: WrittenColumn[] = [];
  readonly #maxGroupBytes: number;
  #groupRows = 0;
  #groupBytes = 0;
  #earlierRows = 0;

  constructor({ columns, delimiter, types }: ResultWriterOptions) {
    this.#schema = parquetSchema(columns, types);
    this.#columns = this.#schema
      .slice(1)
      .map((element, index) => new ParquetColumn(element, parquetValue(types?.[index])));
    this.#records = new CsvRecords(columns.length, delimiter, (record) => this.#addRecord(record));
    this.#maxGroupBytes = groupByteLimit(columns.length);
    this.#bytes.appendUint32(magic);
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
    writeIndexes(this.#bytes, this.#indexes);
    // The length of the footer is what the library writes behind it, and no part of it.
    const footer: Omit<FileMetaData, 'metadata_length'> = {
      version: 2,
      created_by: 'sf-plugin-bulk2',
      schema: this.#schema,
      num_rows: BigInt(this.#earlierRows),
      row_groups: this.#groups,
    };
    writeMetadata(this.#bytes, footer as FileMetaData);
    this.#bytes.appendUint32(magic);
    return this.#takeBytes();
  }

  #addRecord(record: CsvRecord): void {
    let cell = 0;
    for (const column of this.#columns) {
      if (!column.add(record, cell)) throw this.#notOfItsKind(column, record, cell);
      cell++;
    }
    this.#groupRows++;
    this.#groupBytes += record.end - record.start;
    if (this.#groupRows === maxGroupRows || this.#groupBytes >= this.#maxGroupBytes) this.#writeGroup();
  }

  #writeGroup(): void {
    if (this.#groupRows === 0) return;
    const start = this.#bytes.offset;
    const written = this.#columns.map((column) => column.write(this.#bytes, this.#snappy));
    this.#indexes.push(...written);
    this.#groups.push({
      columns: written.map(({ chunk }) => chunk),
      num_rows: BigInt(this.#groupRows),
      total_byte_size: written.reduce((sum, { chunk }) => sum + uncompressedSize(chunk), 0n),
      total_compressed_size: BigInt(this.#bytes.offset - start),
    });
    this.#earlierRows += this.#groupRows;
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

  #notOfItsKind({ name }: ParquetColumn, record: CsvRecord, cell: number): MalformedResultError {
    const row = this.#earlierRows + this.#groupRows + 1;
    const message = `Record ${row}, column ${name}: "${cellText(record, cell)}" is not what the field's type says.`;
    return new MalformedResultError(message, {
      actions: ['Export without types: every column is a string then.'],
    });
  }
}

function uncompressedSize({ meta_data: facts }: ColumnChunk): bigint {
  return facts?.total_uncompressed_size ?? 0n;
}

const elementsByKind: Readonly<Record<ColumnKind, Omit<SchemaElement, 'name'>>> = {
  // Older readers tell text from bytes by the first of the two.
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  boolean: { type: 'BOOLEAN' },
  int: { type: 'INT32' },
  long: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  datetime: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
};

/** A flat schema in which every column can be null; a relationship's column keeps its path as its name. */
export function parquetSchema(columns: readonly string[], types: ColumnTypes | undefined): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map((name, index) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...elementsByKind[types?.[index] ?? 'string'],
    })),
  ];
}
