import { requireWritableFolder } from '../../files/writable-folder.js';
import type { Readable } from 'node:stream';
import type { IngestOperation, LineEnding } from '../../api/types.js';
import type { InputFormat } from '../../input/format.js';
import type { InputRecord } from '../../input/input-record.js';
import type { ValueFormats } from '../../formats/value-formats.js';
import type { ColumnMapping } from '../../mapping/mapping.js';
import type { QueriedChange } from '../../run/change-plan.js';
import type { FailureLimit } from './brake.js';
import type { WaitFor } from '../../jobs/deadline.js';

/** A load with every option decided. */
export type LoadRequest = {
  readonly operation: IngestOperation;
  readonly object: string;
  /**
   * Upsert: absent, it is chosen from the file's columns and the object's external-id fields. Update: any field that records
   * are found by in place of their ids; rows without a match, or with several, are not sent and count as failed.
   */
  readonly externalId?: string;
  readonly assignmentRuleId?: string;
  /** In the order of the load. */
  readonly inputs: readonly LoadInput[];
  readonly reading: ReadingOptions;
  readonly columns: ColumnOptions;
  readonly limits: LoadLimits;
  /** Absolute. */
  readonly resultsDir: string;
  /** See `LoadPlan`. */
  readonly reportPath?: string | undefined;
  /** Compress uploads, unless the org has turned out not to take them so. Default false. */
  readonly compress?: boolean;
  /** How often rows that failed temporarily are retried. Default 0. */
  readonly retries?: number;
  /** Create no further job once so many rows have failed. Default: however many fail. */
  readonly maxFailures?: FailureLimit;
  /** Hold the input against the object's describe before anything is sent. */
  readonly preflight: boolean;
  /** Send the valid rows when others are not, which are then among the failed ones. Default: the input is refused. */
  readonly setAsideInvalid?: boolean;
  /** What to make of a key that occurs more than once in the input. Default: a warning. */
  readonly duplicateKeys?: DuplicateKeys;
  /**
   * All result files tell where their rows are in the input, and have its columns that are not sent. Default: only that of
   * the failed rows does, and without those.
   */
  readonly keepColumns?: boolean;
  readonly wait: WaitFor;
  /** The change by query whose new values these are. */
  readonly change?: QueriedChange;
  /** The copy that this load is a step of. */
  readonly ofCopy?: string;
  /** See `LoadPlan`. */
  readonly stampField?: string;
};

/** The field that an update finds its records by; undefined where that is their id. */
export function updateKeyOf({
  operation,
  externalId,
}: Pick<LoadRequest, 'operation' | 'externalId'>): string | undefined {
  return operation === 'update' && externalId?.toLowerCase() !== 'id' ? externalId : undefined;
}

/** `refuse` refuses the input; `warn` loads it, and says so. */
export type DuplicateKeys = 'warn' | 'refuse';

/** What a load is given, and what the user calls it. */
export type LoadInput = ByteInput | RecordInput;

/** A file by its absolute path, or a stream that can be read once. */
export type ByteInput = { readonly name: string; readonly records?: undefined } & (
  | { readonly path: string; readonly stream?: undefined }
  | { readonly stream: Readable; readonly path?: undefined }
);

/** Records of a program, which are read once. */
export type RecordInput = {
  readonly name: string;
  readonly records: AsyncIterable<InputRecord>;
  readonly path?: undefined;
  readonly stream?: undefined;
};

/** How the input is written, where that is known. What is absent is found from the content. */
export type ReadingOptions = {
  readonly format?: InputFormat | undefined;
  /** One character; it need not be one that the service knows. */
  readonly delimiter?: string | undefined;
  readonly lineEnding?: LineEnding | undefined;
  /** A name of the WHATWG Encoding Standard. */
  readonly encoding?: string | undefined;
  /** Excel only: the name of a sheet, or its number from 1. Default: the first that is visible. */
  readonly sheet?: string | undefined;
};

/** What becomes of the columns on their way. */
export type ColumnOptions = {
  /** Absent: every column goes to the field of its name. */
  readonly mapping?: ColumnMapping | undefined;
  /** A column that is no field's name sets the field of which it is the label. Default false. */
  readonly mapByLabel?: boolean | undefined;
  /** Leave out columns that the operation can't set, instead of refusing them. Default false. */
  readonly ignoreReadOnlyColumns?: boolean | undefined;
  /** Leave out columns that are no fields, instead of refusing them. Default false. */
  readonly ignoreUnknown?: boolean | undefined;
  /** How values are written in CSV, and texts in other formats. Default: as the service takes them. */
  readonly formats?: ValueFormats | undefined;
  /** Write `#N/A` into empty cells, which clears the field; of records, for empty text. Default false: empty cells change nothing. */
  readonly emptyAsNull?: boolean | undefined;
};

/** How a load is cut into jobs. */
export type LoadLimits = {
  /** Bytes of raw rows in one job; at most 100,000,000. */
  readonly maxJobBytes: number;
  readonly maxRowsPerJob: number;
  /** Uploads at once; 1 also finishes each job before the next one begins. */
  readonly concurrency: number;
};

/** Raw bytes a job may take: 150 MB after the service's base64 (limits: upload per job), kept clear of. */
export const mostJobBytes = 100_000_000;
/** A file up to this size is one job. */
export const leastSplitBytes = 10_000_000;

/** Part size for an input of this size: small enough to use every upload at once, never below 10 MB. */
export function partBytesFor(totalBytes: number, { concurrency, maxJobBytes }: LoadLimits): number {
  const even = Math.ceil(totalBytes / concurrency);
  return Math.min(Math.max(even, leastSplitBytes), maxJobBytes);
}

/**
 * Makes sure that work which is about to begin has a folder for its results.
 * @param id of the run, or anything else that no other writer has
 * @throws UsageError it takes no files; nothing was sent
 */
export function requireResultsFolder(folder: string, id: string): Promise<void> {
  return requireWritableFolder(folder, {
    id,
    actions: ['Name a folder that you can write to with --results-dir.'],
  });
}
