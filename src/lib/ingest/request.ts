import type { ColumnDelimiter, IngestOperation, LineEnding } from '../api/types.js';
import type { WaitFor } from '../run-context.js';

/** A load with every option decided. */
export type LoadRequest = {
  readonly operation: IngestOperation;
  readonly object: string;
  /** Upsert only. Absent: chosen from the file's columns and the object's external-id fields. */
  readonly externalId?: string;
  readonly assignmentRuleId?: string;
  /** In the order of the load. Absolute paths, and the names that the user knows them by. */
  readonly files: readonly InputFile[];
  /** Absent: found from the content. */
  readonly columnDelimiter?: ColumnDelimiter;
  /** Absent: found from the content. */
  readonly lineEnding?: LineEnding;
  readonly maxJobBytes: number;
  readonly maxRowsPerJob: number;
  /** Uploads at once; 1 also finishes each job before the next one begins. */
  readonly concurrency: number;
  /** Absolute. */
  readonly resultsDir: string;
  /** Hold the file against the object's describe before anything is sent. */
  readonly preflight: boolean;
  readonly wait: WaitFor;
};

export type InputFile = { readonly path: string; readonly name: string };

/** Raw bytes a job may take: 150 MB after the service's base64 (limits: upload per job), kept clear of. */
export const mostJobBytes = 100_000_000;
/** A file up to this size is one job. */
export const leastSplitBytes = 10_000_000;

/** Part size for an input of this size: small enough to use every upload at once, never below 10 MB. */
export function partBytesFor(
  totalBytes: number,
  { concurrency, maxJobBytes }: Pick<LoadRequest, 'concurrency' | 'maxJobBytes'>,
): number {
  const even = Math.ceil(totalBytes / concurrency);
  return Math.min(Math.max(even, leastSplitBytes), maxJobBytes);
}
