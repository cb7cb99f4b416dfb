import { isCellEmpty, cellText } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import type { ColumnKind } from '../describe/column-types.js';
import { ByteSink } from './byte-sink.js';
import { CsvRecords } from './csv-records.js';
import { plainNumber } from './plain-number.js';
import type { ResultWriter, ResultWriterOptions } from './writer.js';

const numberKinds: readonly ColumnKind[] = ['int', 'long', 'double'];

/** Writes the numbers of a CSV without exponents: spreadsheets show those as they come. All else stays as it is. */
export class PlainNumbersCsv implements ResultWriter {
  readonly #csv: ResultWriter;
  readonly #records: CsvRecords;
  readonly #numberColumns: readonly number[];
  readonly #lineEnding: Buffer;
  readonly #rows = new ByteSink();

  /** @param csv takes the rows */
  constructor(csv: ResultWriter, { columns, delimiter, lineEnding, types = [] }: ResultWriterOptions) {
    this.#csv = csv;
    this.#numberColumns = [...types.keys()].filter((column) =>
      numberKinds.includes(types[column] ?? 'string'),
    );
    this.#lineEnding = Buffer.from(lineEnding === 'CRLF' ? '\r\n' : '\n');
    this.#records = new CsvRecords(columns.length, delimiter, (record) => this.#take(record));
  }

  push(chunk: Buffer): Buffer {
    this.#records.push(chunk);
    return this.#csv.push(this.#rows.take());
  }

  endPage(): Buffer {
    this.#records.finish();
    return Buffer.concat([this.#csv.push(this.#rows.take()), this.#csv.endPage()]);
  }

  end(): Buffer {
    return Buffer.concat([this.endPage(), this.#csv.end()]);
  }

  #take(record: CsvRecord): void {
    const { bytes, starts, ends, end } = record;
    let from = record.start;
    for (const column of this.#numberColumns) {
      if (isCellEmpty(record, column)) continue;
      const text = cellText(record, column);
      const plain = plainNumber(text);
      if (plain === text) continue;
      this.#rows.append(bytes.subarray(from, starts[column]));
      this.#rows.append(Buffer.from(`"${plain}"`));
      from = ends[column] ?? end;
    }
    this.#rows.append(bytes.subarray(from, end));
    this.#rows.append(this.#lineEnding);
  }
}
