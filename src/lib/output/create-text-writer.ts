import { CsvWriter } from './csv.js';
import { JsonWriter } from './json.js';
import { PlainNumbersCsv } from './plain-numbers-csv.js';
import type { ResultWriter, ResultWriterOptions, TextFormat } from './writer.js';

/** A writer for the formats that are text. Apart from the others, which take a while to load. */
export function createTextWriter(format: TextFormat, options: ResultWriterOptions): ResultWriter {
  if (format !== 'csv') return new JsonWriter(format, options);
  const csv = new CsvWriter(options);
  return options.plainNumbers === true ? new PlainNumbersCsv(csv, options) : csv;
}
