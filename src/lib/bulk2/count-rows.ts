import { IncompleteResultError, ResultFormatError } from '../csv/errors.js';
import { RecordReader } from '../csv/record-reader.js';

/**
 * Rows of a CSV, its header not counted. Undefined where it takes the service to say what is a row: the CSV is not
 * sound, or has lines with nothing on them.
 */
export async function countRows(
  csv: AsyncIterable<Uint8Array>,
  delimiter: string,
): Promise<number | undefined> {
  const reader = new RecordReader(csv as AsyncIterable<Buffer>, delimiter);
  try {
    const records = await reader.read(Number.POSITIVE_INFINITY, () => undefined);
    return reader.blankLines === 0 ? Math.max(0, records - 1) : undefined;
  } catch (error) {
    if (error instanceof IncompleteResultError || error instanceof ResultFormatError) return undefined;
    throw error;
  }
}
