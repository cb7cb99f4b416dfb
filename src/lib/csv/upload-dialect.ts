import type { ColumnDelimiter, LineEnding } from '../api/types.js';
import { delimiterName } from './delimiters.js';
import { chooseLineEnding } from './line-endings.js';
import type { CsvScan } from './scan.js';
import type { RewriteOptions } from './transform.js';

export type UploadDialect = {
  /** What to declare when the job is created. */
  readonly columnDelimiter: ColumnDelimiter;
  readonly lineEnding: LineEnding;
  /** Undefined when the file's rows can be sent as they are. */
  readonly rewrite: RewriteOptions | undefined;
};

/**
 * How a scanned file gets to the service: as it is where the service can read it, else rewritten. Delimiters that
 * the service does not know become commas, line endings all become one, blank lines between rows are dropped.
 */
export function uploadDialect(scan: Pick<CsvScan, 'dialect' | 'lineEndings' | 'blankLines'>): UploadDialect {
  const { delimiter } = scan.dialect;
  const known = delimiterName(delimiter);
  const { lineEnding, isUniform, hasForeignInQuotes } = chooseLineEnding(scan.lineEndings);
  const isReady = known !== undefined && isUniform && !hasForeignInQuotes && scan.blankLines === 0;
  const to = { delimiter: known === undefined ? ',' : delimiter, lineEnding };
  return {
    columnDelimiter: known ?? 'COMMA',
    lineEnding,
    rewrite: isReady ? undefined : { from: scan.dialect, to, rewriteQuotedLineEndings: hasForeignInQuotes },
  };
}
