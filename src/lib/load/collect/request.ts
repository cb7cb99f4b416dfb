import type { IngestResultKind, JobState, LineEnding } from '../../api/types.js';
import type { ResultFinding } from './findings.js';
import type { ErrorGroup } from './error-groups.js';
import type { SourceRows } from './source-rows.js';

/**
 * Downloads one result set. After a broken download the fetcher may call `read` again with a new body, from the
 * start.
 */
export type ResultFetcher = <T>(
  jobId: string,
  kind: IngestResultKind,
  read: (body: AsyncIterable<Buffer>) => Promise<T>,
) => Promise<T>;

/** A job that has reached its final state, with the figures of its last info. */
export type FinishedJob = {
  readonly jobId: string;
  /** With it, the rows of a job that ended before it began are known to be unprocessed. */
  readonly state?: JobState;
  /** `numberRecordsProcessed`: includes the rows that failed. */
  readonly processed: number;
  /** `numberRecordsFailed`. */
  readonly failed: number;
  /** Rows uploaded. Leave it out for a job that this tool did not create: only the job's own figures count then. */
  readonly rowsSent?: number;
  /** The checksum of the keys that were sent; absent where there are none, or where it is not known. */
  readonly keySum?: string | undefined;
  /** The rows that were uploaded to this very job; without them, failed rows get no source place. */
  readonly source?: SourceRows;
};

/** Paths, row counts or byte offsets of the three result files. */
export type PerResultFile<T> = { readonly success: T; readonly failed: T; readonly unprocessed: T };

/** Where the gathered rows stood when a job had been collected. Plain data, for the journal. */
export type CollectProgress = {
  /** How many jobs it covers. */
  readonly jobs: number;
  readonly bytes: PerResultFile<number>;
  readonly rows: PerResultFile<number>;
};

export type CollectRequest = {
  /** All jobs of the load, in the order their rows shall have. They may arrive one by one, as jobs finish. */
  readonly jobs: Iterable<FinishedJob> | AsyncIterable<FinishedJob>;
  readonly fetch: ResultFetcher;
  /** The delimiter of the jobs, as a character. */
  readonly delimiter: string;
  readonly lineEnding: LineEnding;
  /** The columns as uploaded. Leave them out for a job that this tool did not create: its own header is taken. */
  readonly columns?: readonly string[];
  /** Where the rows are gathered; the names end in `.part`. */
  readonly files: PerResultFile<string>;
  /** Rows that are in no job, and never will be. */
  readonly unsent?: readonly SourceRows[];
  /** Rows in the whole input, checked against the results of all jobs. */
  readonly inputRows?: number;
  /** A column that tells rows apart: the external id of an upsert, `Id` of an update or delete. */
  readonly keyColumn?: string;
  /** Result sets downloaded at once. Default 4. */
  readonly concurrency?: number;
  /**
   * What was journalled of an interrupted collection: its last progress, and the jobs up to it in their order. When
   * the files are gone, everything is collected anew.
   */
  readonly from?: { readonly jobIds: readonly string[]; readonly progress: CollectProgress };
  /** Called when a job's rows are on disk; the next job is appended after it resolves. */
  readonly onJobCollected?: (jobId: string, progress: CollectProgress) => Promise<void>;
  /** Asked before the files are opened, and before a job's rows go into them: they may be another process's by now. */
  readonly confirm?: () => Promise<void>;
  /** Called when something is strange about a job's results, and they are good all the same. */
  readonly onFinding?: (jobId: string, finding: ResultFinding) => void;
  readonly signal?: AbortSignal;
  /** The wait before a set that is not whole is fetched again. Default 1,000. */
  readonly refetchWaitMs?: number;
};

export type CollectOutcome = {
  readonly successful: number;
  readonly failed: number;
  readonly unprocessed: number;
  /** Of the failed rows, worst first. */
  readonly errors: readonly ErrorGroup[];
  /** A set without rows has no file. */
  readonly paths: PerResultFile<string | null>;
};
