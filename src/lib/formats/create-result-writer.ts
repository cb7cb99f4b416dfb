import { UsageError } from '../errors.js';
import { CsvWriter } from './csv-out.js';
import { JsonWriter } from './json-out.js';
import { ParquetResultWriter } from './parquet-out.js';
import type { ResultFormat, ResultWriter, ResultWriterOptions } from './result-writer.js';

/**
 * A writer for one output file.
 *
 * @throws UsageError when a Parquet file is to go on after earlier rows, which it cannot.
 */
export function createResultWriter(format: ResultFormat, options: ResultWriterOptions): ResultWriter {
  switch (format) {
    case 'csv':
      return new CsvWriter(options);
    case 'json':
    case 'ndjson':
      return new JsonWriter(format, options);
    case 'parquet':
      if (options.hasEarlierRows === true) throw new UsageError('A Parquet file is written in one go.');
      return new ParquetResultWriter(options);
  }
}
