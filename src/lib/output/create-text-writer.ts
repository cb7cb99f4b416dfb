import { CsvWriter } from './csv.js';
import { JsonWriter } from './json.js';
import type { ResultFormat, ResultWriter, ResultWriterOptions } from './writer.js';

/** A writer for the formats that are text. Apart from Parquet, which takes a while to load. */
export function createTextWriter(
  format: Exclude<ResultFormat, 'parquet'>,
  options: ResultWriterOptions,
): ResultWriter {
  return format === 'csv' ? new CsvWriter(options) : new JsonWriter(format, options);
}
