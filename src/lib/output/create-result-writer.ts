import { UsageError } from '../errors.js';
import { createTextWriter } from './create-text-writer.js';
import { ParquetResultWriter } from './parquet.js';
import type { ResultFormat, ResultWriter, ResultWriterOptions } from './writer.js';

/**
 * A writer for one output file.
 *
 * @throws UsageError when a Parquet file is to go on after earlier rows, which it cannot.
 */
export function createResultWriter(format: ResultFormat, options: ResultWriterOptions): ResultWriter {
  if (format !== 'parquet') return createTextWriter(format, options);
  if (options.hasEarlierRows === true) throw new UsageError('A Parquet file is written in one go.');
  return new ParquetResultWriter(options);
}
