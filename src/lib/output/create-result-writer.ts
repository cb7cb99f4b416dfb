import { UsageError } from '../errors.js';
import { createTextWriter } from './create-text-writer.js';
import { ParquetResultWriter } from './parquet.js';
import { isResumable, type ResultFormat, type ResultWriter, type ResultWriterOptions } from './writer.js';
import { XlsxResultWriter } from './xlsx.js';

/**
 * A writer for one output file.
 *
 * @throws UsageError when a binary file is to go on after earlier rows, which it cannot.
 */
export function createResultWriter(format: ResultFormat, options: ResultWriterOptions): ResultWriter {
  if (isResumable(format)) return createTextWriter(format, options);
  if (options.hasEarlierRows === true) throw new UsageError(`A ${format} file is written in one go.`);
  return format === 'parquet' ? new ParquetResultWriter(options) : new XlsxResultWriter(options);
}
