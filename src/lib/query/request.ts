import type { ColumnDelimiter, LineEnding, QueryOperation } from '../api/types.js';
import type { WaitFor } from '../run-context.js';

export type ExportFormat = 'csv' | 'json' | 'ndjson' | 'parquet' | 'human';

/** An export with every option decided. */
export type ExportRequest = {
  readonly soql: string;
  readonly operation: QueryOperation;
  readonly columnDelimiter: ColumnDelimiter;
  readonly lineEnding: LineEnding;
  readonly format: ExportFormat;
  /** JSON and Parquet get numbers, booleans and nulls; otherwise every value is text. */
  readonly typed: boolean;
  /** Absolute. Absent: the records go to the sink that the caller gives. */
  readonly outputFile?: string;
  /** Pages downloaded at once. */
  readonly concurrency: number;
  readonly wait: WaitFor;
};
