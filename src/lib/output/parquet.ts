import type { RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import { cellText } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import type { ColumnKind, ColumnTypes } from '../describe/column-types.js';
import { CellColumn } from './cell-column.js';
import { CsvRecords, MalformedResultError } from './csv-records.js';
import { type ParquetValue, parquetValueReader } from './parquet-values.js';
import type { ResultWriter, ResultWriterOptions } from './writer.js';

/** A row group is held in memory until it is written, so it is bounded by rows and by bytes of CSV. */
const maxGroupRows = 100_000;

/** Many columns want longer groups: every column of every group costs memory until the footer is written. */
function groupByteLimit(columnCount: number): number {
  const mebibyte = 1024 * 1024;
  return Math.min(8 * mebibyte, Math.max(2 * mebibyte, (columnCount * mebibyte) / 32));
}

type Column = {
  readonly name: string;
  readonly cells: CellColumn;
  readonly read: (record: CsvRecord, field: number) => ParquetValue;
};

/**
 * Collects rows of CSV bytes into row groups, and writes each as Snappy-compressed columns. Column names that are
 * paths (`Account.Name`) stay flat.
 */
export class ParquetResultWriter implements ResultWriter {
  readonly #columns: readonly Column[];
  readonly #records: CsvRecords;
  readonly #bytes = new ByteWriter();
  readonly #file: ParquetWriter;
  readonly #schema: SchemaElement[];
  readonly #maxGroupBytes: number;
  #groupRows = 0;
  #groupBytes = 0;
  #earlierRows = 0;

  constructor({ columns, delimiter, types }: ResultWriterOptions) {
    this.#columns = columns.map((name, index) => ({
      name,
      cells: new CellColumn(),
      read: parquetValueReader(types?.[index]),
    }));
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
    for (let field = 0; field < this.#columns.length; field++) this.#columns[field]?.cells.add(record, field);
    this.#groupRows++;
    this.#groupBytes += record.end - record.start;
    if (this.#groupRows === maxGroupRows || this.#groupBytes >= this.#maxGroupBytes) this.#writeGroup();
  }

  #writeGroup(): void {
    if (this.#groupRows === 0) return;
    void this.#file.write({ columnData: this.#columnData(), rowGroupSize: this.#groupRows });
    keepBounds(this.#file.row_groups.at(-1));
    for (const { cells } of this.#columns) cells.clear();
    this.#earlierRows += this.#groupRows;
    this.#groupRows = 0;
    this.#groupBytes = 0;
    // Where the process has it: the values of a group pile up otherwise, to many times what one of them takes.
    globalThis.gc?.();
  }

  /** Values of a column are made when they are asked for, and those of the one before are forgotten. */
  #columnData(): ColumnSource[] {
    let latest: { readonly column: Column; readonly values: ParquetValue[] } | undefined;
    const valuesOf = (column: Column): ParquetValue[] => {
      if (latest?.column !== column) latest = { column, values: this.#readAll(column) };
      return latest.values;
    };
    return this.#columns.map((column) => ({
      name: column.name,
      get data() {
        return valuesOf(column);
      },
    }));
  }

  #readAll(column: Column): ParquetValue[] {
    const values: ParquetValue[] = [];
    column.cells.forEach((record, index) => {
      const value = column.read(record, 0);
      if (value === undefined) throw this.#notOfItsKind(column, record, index);
      values.push(value);
    });
    return values;
  }

  #takeBytes(): Buffer {
    if (this.#bytes.index === 0) return Buffer.alloc(0);
    const taken = Buffer.from(this.#bytes.buffer, 0, this.#bytes.index);
    this.#bytes.buffer = new ArrayBuffer(64 * 1024);
    this.#bytes.view = new DataView(this.#bytes.buffer);
    this.#bytes.index = 0;
    return taken;
  }

  #notOfItsKind({ name }: Column, cell: CsvRecord, index: number): MalformedResultError {
    const record = this.#earlierRows + index + 1;
    const message = `Record ${record}, column ${name}: "${cellText(cell, 0)}" is not what the field's type says.`;
    return new MalformedResultError(message, {
      actions: ['Export without types: every column is a string then.'],
    });
  }
}

/** Least and greatest texts are needed at the end of the file, and share memory with cells that are written over. */
function keepBounds(group: RowGroup | undefined): void {
  for (const { meta_data: facts } of group?.columns ?? []) {
    const bounds = facts?.statistics;
    if (bounds?.min_value instanceof Uint8Array) bounds.min_value = Uint8Array.from(bounds.min_value);
    if (bounds?.max_value instanceof Uint8Array) bounds.max_value = Uint8Array.from(bounds.max_value);
  }
}

const elementsByKind: Readonly<Record<ColumnKind, Omit<SchemaElement, 'name'>>> = {
  string: { type: 'BYTE_ARRAY', logical_type: { type: 'STRING' } },
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

/**
 * Adds the mark by which older readers tell text from bytes, once the values are written. While it is there,
 * hyparquet-writer encodes all the strings of a row group into arrays of their own before it writes the first, and
 * memory doubles.
 */
export function markTextForOlderReaders(schema: readonly SchemaElement[]): void {
  for (const element of schema) {
    if (element.logical_type?.type === 'STRING') element.converted_type = 'UTF8';
  }
}
