import { CsvWriter } from './csv-out.js';
import { JsonWriter } from './json-out.js';
import type { ResultFormat, ResultWriter, ResultWriterOptions } from './result-writer.js';

/** A writer for the formats that are text. Apart from Parquet, which takes a while to load. */
export function createTextWriter(
  format: Exclude<ResultFormat, 'parquet'>,
  options: ResultWriterOptions,
): ResultWriter {
  return format === 'csv' ? new CsvWriter(options) : new JsonWriter(format, options);
}
