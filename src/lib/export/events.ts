import type { RetryNotice } from '../api/retry.js';
import type { JobInfo } from '../api/types.js';
import type { RunEvents } from '../run/open-interrupted.js';
import type { JobWarning } from '../jobs/watcher.js';

/** What an export tells while it runs, in the order of its phases. */
export type ExportEvents = RunEvents & {
  /** The export is in its journal: from now on it can be resumed. */
  begun: [{ readonly runId: string; readonly isResumable: boolean }];
  /** An interrupted export to the same output was given up: this one writes it from its beginning. */
  replaced: [{ readonly jobIds: readonly string[] }];
  jobCreated: [{ readonly jobId: string }];
  /** The org has refused the query for good: there is nothing to resume. */
  refused: [];
  /** The job as the org last told it. */
  jobInfo: [JobInfo];
  /** Something strange that the org tells of a job, once for each kind. */
  jobWarning: [JobWarning];
  /** The org could not finish a job in time; several jobs over ranges of a field take its place. */
  split: [{ readonly jobId: string; readonly reason: string; readonly field: string; readonly jobs: number }];
  /** Records that have arrived whole, of how many; over Bulk also their bytes as CSV, those before a resume left out. */
  downloading: [{ readonly records: number; readonly totalRecords: number; readonly bytes?: number }];
  /** A request failed and will be retried. */
  retry: [RetryNotice];
};
