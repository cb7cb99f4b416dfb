import type { IngestResultKind, JobState } from '../../api/types.js';
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
  /** Rows uploaded. Leave it out for a job that the plugin did not create: only the job's own figures count then. */
  readonly rowsSent?: number;
  /** The checksum of the keys that were sent; absent where there are none, or where it is not known. */
  readonly keySum?: string | undefined;
  /** The rows that were uploaded to this very job; without them, failed rows get no source place. */
  readonly source?: SourceRows;
};
