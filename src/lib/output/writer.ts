import type { ColumnDelimiter, LineEnding } from '../api/types.js';
import type { ColumnTypes } from '../describe/column-types.js';

/** The formats of an exported file. What a terminal shows is `TableCollector`'s. */
export type ResultFormat = TextFormat | 'parquet' | 'xlsx';

/** Those of them that are text. */
export type TextFormat = 'csv' | 'json' | 'ndjson';

export type ResultWriterOptions = {
  /** The header of the results, in their order. */
  readonly columns: readonly string[];
  /** What the query job was asked for, so what its pages are in. */
  readonly delimiter: ColumnDelimiter;
  readonly lineEnding: LineEnding;
  /** One kind per column. Without it, every value is written as the string it is. */
  readonly types?: ColumnTypes;
  /** JSON only: `Account.Name` becomes `{"Account":{"Name":…}}`; default false. */
  readonly isNested?: boolean;
  /** CSV only: begins with a byte order mark; default false. */
  readonly bom?: boolean;
  /** CSV only: numbers without exponents, in the columns that `types` says are numbers; default false. */
  readonly plainNumbers?: boolean;
  /** The output goes on after rows of an earlier run, see `endPage`; default false. Text only. */
  readonly hasEarlierRows?: boolean;
};

/**
 * Turns the data rows of query results, as CSV bytes, into a file's bytes. Takes no header: result pages come here
 * without theirs. An empty result ends as a valid file: a header, `[]`, no lines, or a schema.
 */
export type ResultWriter = {
  /**
   * Takes bytes cut anywhere, and gives the output that is ready. Throws MalformedResultError.
   * Output is a few times the input, so chunks should be small: `writePage` sees to that.
   */
  push(chunk: Buffer): Buffer;

  /**
   * The page is complete, and so is its last row even if its line ending was left out. After this, all that a
   * resumed export needs to know is whether there have been rows (`hasEarlierRows`): what follows can be written by
   * a new writer behind the bytes given so far. Binary formats are the exception, see `isResumable`.
   */
  endPage(): Buffer;

  /** The rest of the file. Nothing may be pushed afterwards. */
  end(): Buffer;
};

/**
 * Whether a file can be cut at the end of a page and continued by another run, as text can. What is at the end of a
 * Parquet file or a workbook tells of all that is before it: keep the CSV pages as the partial file of such an export, and
 * convert them at its end.
 */
export function isResumable(format: ResultFormat): format is TextFormat {
  return format === 'csv' || format === 'json' || format === 'ndjson';
}

/** Bounds the output that one `push` gives, whatever the size of the chunks that arrive. */
const maxPushByteCount = 256 * 1024;

/** Writes one page of data rows, header already removed: yields the output, up to where the next page goes on. */
export async function* writePage(
  writer: ResultWriter,
  rows: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of rows) {
    for (let at = 0; at < chunk.length; at += maxPushByteCount) {
      const output = writer.push(chunk.subarray(at, at + maxPushByteCount));
      if (output.length > 0) yield output;
    }
  }
  const rest = writer.endPage();
  if (rest.length > 0) yield rest;
}
