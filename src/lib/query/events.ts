import type { RetryNotice } from '../api/retry.js';
import type { JobInfo } from '../api/types.js';

/** What an export tells while it runs, in the order of its phases. */
export type ExportEvents = {
  jobCreated: [{ readonly jobId: string }];
  /** The job as the org last told it. */
  jobInfo: [JobInfo];
  /** Records that have arrived whole, of how many. */
  downloading: [{ readonly records: number; readonly totalRecords: number }];
  /** A request failed and will be sent again. */
  retry: [RetryNotice];
};
