import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { Bulk2Error } from '../errors.js';

export type ReadRecordsOptions = {
  /** One character. Default a comma. */
  readonly delimiter?: string | undefined;
};

/**
 * Reads CSV in UTF-8 as lists of values, the header first. Values are text, as they stand in the file; blank lines
 * are none. Reads on only as records are taken, and stops reading when the caller stops.
 *
 * @throws Bulk2Error when the bytes are not CSV
 */
export async function* readRecords(
  input: AsyncIterable<Uint8Array>,
  { delimiter = ',' }: ReadRecordsOptions = {},
): AsyncGenerator<string[], void, undefined> {
  const source = Readable.from(input, { objectMode: false });
  const parser = parse({
    delimiter,
    bom: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
  });
  // Joins their fates: an error of the source reaches the loop below, and leaving the loop closes the source.
  pipeline(source, parser, () => undefined);
  try {
    for await (const record of parser) yield record as string[];
  } catch (cause) {
    if (isCsvError(cause)) throw new Bulk2Error(`This is not valid CSV: ${cause.message}`, { cause });
    throw cause;
  }
}

function isCsvError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');
}
